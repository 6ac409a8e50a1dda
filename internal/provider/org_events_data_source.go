// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/cloud"
)

var (
	_ datasource.DataSourceWithConfigure        = (*orgEventsDataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*orgEventsDataSource)(nil)
)

// NewOrgEventsDataSource returns atlassian_org_events: events of the audit log
// of an organization.
func NewOrgEventsDataSource() datasource.DataSource {
	return &orgEventsDataSource{}
}

type orgEventsDataSource struct {
	configuredDataSource
}

type orgEventsModel struct {
	ID             types.String      `tfsdk:"id"`
	OrganizationID types.String      `tfsdk:"organization_id"`
	From           timetypes.RFC3339 `tfsdk:"from"`
	To             timetypes.RFC3339 `tfsdk:"to"`
	Action         types.String      `tfsdk:"action"`
	Actor          types.String      `tfsdk:"actor"`
	Text           types.String      `tfsdk:"q"`
	Limit          types.Int64       `tfsdk:"limit"`
	Events         types.List        `tfsdk:"events"`
	Truncated      types.Bool        `tfsdk:"truncated"`
	Timeouts       timeouts.Value    `tfsdk:"timeouts"`
}

type orgEventModel struct {
	ID         types.String      `tfsdk:"id"`
	Time       timetypes.RFC3339 `tfsdk:"time"`
	Action     types.String      `tfsdk:"action"`
	ActorID    types.String      `tfsdk:"actor_id"`
	ActorName  types.String      `tfsdk:"actor_name"`
	ActorEmail types.String      `tfsdk:"actor_email"`
	TokenID    types.String      `tfsdk:"token_id"`
	TokenLabel types.String      `tfsdk:"token_label"`
	Message    types.String      `tfsdk:"message"`
	IP         types.String      `tfsdk:"ip"`
	City       types.String      `tfsdk:"city"`
	Country    types.String      `tfsdk:"country"`
	Objects    []eventObject     `tfsdk:"objects"`
	Containers []eventObject     `tfsdk:"containers"`
}

type eventObject struct {
	ID   types.String `tfsdk:"id"`
	Type types.String `tfsdk:"type"`
}

func orgEventType() types.ObjectType {
	attributes := map[string]attr.Type{"time": timetypes.RFC3339Type{}}
	for _, text := range []string{"id", "action", "actor_id", "actor_name", "actor_email", "token_id", "token_label", "message", "ip", "city", "country"} {
		attributes[text] = types.StringType
	}
	objects := types.ListType{ElemType: types.ObjectType{AttrTypes: map[string]attr.Type{"id": types.StringType, "type": types.StringType}}}
	attributes["objects"], attributes["containers"] = objects, objects
	return types.ObjectType{AttrTypes: attributes}
}

func (d *orgEventsDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_org_events"
}

func (d *orgEventsDataSource) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads the audit log of an organization, such as who created and revoked API keys. It goes back 180 days. " +
			"Atlassian allows ten requests a minute, of 500 events each; this provider keeps to that, so that reading more than 5000 events takes minutes.\n\n" +
			"Needs an organization API key, which an organization admin makes, with the scope `read:events:admin`, or one without scopes, and Atlassian Guard or a Cloud Enterprise plan. " +
			"See the [Organizations API](https://developer.atlassian.com/cloud/admin/organization/rest/api-group-events/).",
		Attributes: map[string]schema.Attribute{
			"id": computedText("ID of the organization."),
			"organization_id": schema.StringAttribute{
				Optional:            true,
				Computed:            true,
				MarkdownDescription: "ID of the organization. Default: `organization_id` of the provider block.",
			},
			"from": periodBound("Begin of the period"),
			"to":   periodBound("End of the period"),
			"action": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "Only events of this kind: its ID, or its display name in any case, such as `\"Revoked admin API key\"`. Atlassian publishes no list of IDs; " +
					"the error for an unknown name lists the display names that come close. Default: all.",
			},
			"actor": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Only events by the account with this Atlassian account ID. Default: all.",
			},
			"q": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Only events that contain this term, as Atlassian searches for it. Default: all.",
			},
			"timeouts":  readTimeouts(ctx, defaultLogTimeout),
			"limit":     eventLimit(),
			"truncated": eventsTruncated(),
			"events": schema.ListAttribute{
				Computed:    true,
				ElementType: orgEventType(),
				MarkdownDescription: "The events, newest first: `id`, `time` (RFC 3339; null where it cannot be read), `action` (its ID), `actor_id`, `actor_name`, `actor_email`, `token_id` and `token_label` (the API token that it was done with), " +
					"`message`, `ip`, `city`, `country` (where the actor was), `objects` (what it was done to) and `containers` (where), both with `id` and `type`. What an event does not tell is null.",
			},
		},
	}
}

func (d *orgEventsDataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return []datasource.ConfigValidator{periodConfigValidator{}}
}

func (d *orgEventsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model orgEventsModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := bounded(ctx, model.Timeouts.Read, defaultLogTimeout, &resp.Diagnostics)
	defer cancel()
	organization := d.data.resolveOrganization(&model.OrganizationID, &resp.Diagnostics)
	if organization == nil {
		return
	}
	events, more, err := model.read(ctx, organization)
	if err != nil {
		resp.Diagnostics.Append(eventsError(organization, err)...)
		return
	}
	resp.Diagnostics.Append(warnOfTimelessEvents(countTimeless(events, func(e cloud.Event) time.Time { return e.At }),
		fmt.Sprintf("the audit log of the organization %q", organization.ID()))...)
	resp.Diagnostics.Append(model.record(ctx, events, more)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}

func (m *orgEventsModel) read(ctx context.Context, organization *cloud.Organization) (events []cloud.Event, more bool, err error) {
	query := cloud.EventQuery{
		From:    timeOf(m.From),
		To:      timeOf(m.To),
		ActorID: m.Actor.ValueString(),
		Text:    m.Text.ValueString(),
		Limit:   limitOf(m.Limit),
	}
	if isSet(m.Action) {
		action, err := organization.EventAction(ctx, m.Action.ValueString())
		if err != nil {
			return nil, false, err
		}
		query.Action = action.ID
	}
	return organization.Events(ctx, query)
}

func (m *orgEventsModel) record(ctx context.Context, events []cloud.Event, more bool) diag.Diagnostics {
	m.ID = m.OrganizationID
	m.Truncated = types.BoolValue(more)
	models := make([]orgEventModel, 0, len(events))
	for _, event := range events {
		models = append(models, newOrgEventModel(event))
	}
	var diags diag.Diagnostics
	m.Events, diags = types.ListValueFrom(ctx, orgEventType(), models)
	return diags
}

func newOrgEventModel(event cloud.Event) orgEventModel {
	return orgEventModel{
		ID:         stringOrNull(event.ID),
		Time:       timeOrNull(event.At),
		Action:     stringOrNull(event.Action),
		ActorID:    stringOrNull(event.Actor.ID),
		ActorName:  stringOrNull(event.Actor.Name),
		ActorEmail: stringOrNull(event.Actor.Email),
		TokenID:    stringOrNull(event.TokenID),
		TokenLabel: stringOrNull(event.TokenLabel),
		Message:    stringOrNull(event.Message),
		IP:         stringOrNull(event.IP),
		City:       stringOrNull(event.City),
		Country:    stringOrNull(event.Country),
		Objects:    newEventObjects(event.Objects),
		Containers: newEventObjects(event.Containers),
	}
}

func newEventObjects(objects []cloud.EventObject) []eventObject {
	models := make([]eventObject, 0, len(objects))
	for _, object := range objects {
		models = append(models, eventObject{ID: stringOrNull(object.ID), Type: stringOrNull(object.Type)})
	}
	return models
}
