// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"
	"regexp"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/datacenter"
)

var (
	_ datasource.DataSourceWithConfigure        = (*dcAuditEventsDataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*dcAuditEventsDataSource)(nil)
)

// defaultEventLimit is how many entries of a log are returned unless more are
// asked for: every one ends up in the state.
const defaultEventLimit = 1000

// NewDCAuditEventsDataSource returns atlassian_dc_audit_events: entries of the
// audit log of a Data Center instance.
func NewDCAuditEventsDataSource() datasource.DataSource {
	return &dcAuditEventsDataSource{}
}

type dcAuditEventsDataSource struct {
	configuredDataSource
}

type dcAuditEventsModel struct {
	ID               types.String      `tfsdk:"id"`
	Instance         types.String      `tfsdk:"instance"`
	From             timetypes.RFC3339 `tfsdk:"from"`
	To               timetypes.RFC3339 `tfsdk:"to"`
	ActionsRegex     types.String      `tfsdk:"actions_regex"`
	Limit            types.Int64       `tfsdk:"limit"`
	RequireAvailable types.Bool        `tfsdk:"require_available"`
	Available        types.Bool        `tfsdk:"available"`
	Events           types.List        `tfsdk:"events"`
	Truncated        types.Bool        `tfsdk:"truncated"`
	Timeouts         timeouts.Value    `tfsdk:"timeouts"`
}

type dcAuditEventModel struct {
	Time        timetypes.RFC3339 `tfsdk:"time"`
	Author      types.String      `tfsdk:"author"`
	AuthorID    types.String      `tfsdk:"author_id"`
	Category    types.String      `tfsdk:"category"`
	CategoryKey types.String      `tfsdk:"category_key"`
	Action      types.String      `tfsdk:"action"`
	ActionKey   types.String      `tfsdk:"action_key"`
	Objects     []string          `tfsdk:"objects"`
	Attributes  map[string]string `tfsdk:"attributes"`
	Source      types.String      `tfsdk:"source"`
	Node        types.String      `tfsdk:"node"`
	Method      types.String      `tfsdk:"method"`
}

func dcAuditEventType() types.ObjectType {
	return types.ObjectType{AttrTypes: map[string]attr.Type{
		"time":         timetypes.RFC3339Type{},
		"author":       types.StringType,
		"author_id":    types.StringType,
		"category":     types.StringType,
		"category_key": types.StringType,
		"action":       types.StringType,
		"action_key":   types.StringType,
		"objects":      types.ListType{ElemType: types.StringType},
		"attributes":   types.MapType{ElemType: types.StringType},
		"source":       types.StringType,
		"node":         types.StringType,
		"method":       types.StringType,
	}}
}

func (d *dcAuditEventsDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_dc_audit_events"
}

func (d *dcAuditEventsDataSource) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads the audit log of a Jira, Confluence or Bitbucket Data Center instance, which records every rotation and deletion of AES keys and who did it. " +
			"Bamboo and Crowd have no such API: that is a result, not an error, unless `require_available` is set. Entries are written asynchronously: what happened seconds ago may be missing. Reading the log leaves an entry in it.\n\n" +
			"Required permission: global administrator in Jira and Confluence, system administrator in Bitbucket; a token has the permissions of its user. " +
			"See Atlassian's [Audit log improvements for developers](https://confluence.atlassian.com/jiracore/audit-log-improvements-for-developers-1019401815.html).",
		Attributes: map[string]schema.Attribute{
			"id":       computedText("Name of the instance, as in `instance`."),
			"instance": instanceAttribute(),
			"from":     periodBound("Begin of the period. Without it the whole log is read until `limit` is reached"),
			"to":       periodBound("End of the period"),
			"actions_regex": schema.StringAttribute{
				Optional:   true,
				Validators: []validator.String{regularExpression{}},
				MarkdownDescription: "Only events whose `action` or `action_key` matches this regular expression (RE2), such as `\"(?i)(key|secret).*(rotat|delet)\"`. " +
					"Atlassian does not publish how rotations are called in the log, and `action` is in the language of the instance. Default: all.",
			},
			"timeouts": readTimeouts(ctx, defaultLogTimeout),
			"limit":    eventLimit(),
			"require_available": schema.BoolAttribute{
				Optional:            true,
				MarkdownDescription: "Whether it is an error if the instance has no REST API for its audit log. Default: `false`.",
			},
			"available": schema.BoolAttribute{
				Computed:            true,
				MarkdownDescription: "Whether the instance has a REST API for its audit log. Where it has none, `events` is empty.",
			},
			"truncated": eventsTruncated(),
			"events": schema.ListAttribute{
				Computed:    true,
				ElementType: dcAuditEventType(),
				MarkdownDescription: "The events, newest first: `time` (RFC 3339; null where it cannot be read), `author` and `author_id` (null for the system), `category` and `action` (in the language of the instance), " +
					"`category_key` and `action_key` (the same in every language), `objects` (names of what was affected), `attributes` (what else is told, by name), " +
					"`source` (address that it came from), `node` and `method`. What an entry does not tell is null.",
			},
		},
	}
}

func eventLimit() schema.Int64Attribute {
	return schema.Int64Attribute{
		Optional:            true,
		Validators:          []validator.Int64{int64validator.AtLeast(1)},
		MarkdownDescription: fmt.Sprintf("How many events to return at most, the newest ones. Default: `%d`.", defaultEventLimit),
	}
}

func eventsTruncated() schema.BoolAttribute {
	return schema.BoolAttribute{
		Computed:            true,
		MarkdownDescription: "Whether there are more events than `limit`; the oldest are then left out.",
	}
}

// limitOf returns the limit that is set, or the default.
func limitOf(limit types.Int64) int {
	if !isSet(limit) {
		return defaultEventLimit
	}
	return int(limit.ValueInt64())
}

func (d *dcAuditEventsDataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return []datasource.ConfigValidator{periodConfigValidator{}}
}

func (d *dcAuditEventsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model dcAuditEventsModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := bounded(ctx, model.Timeouts.Read, defaultLogTimeout, &resp.Diagnostics)
	defer cancel()
	instance, diags := d.data.instance(model.Instance)
	resp.Diagnostics.Append(diags...)
	query, diags := model.query()
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	events, more, err := instance.AuditEvents(ctx, query)
	available := !datacenter.IsAbsent(err)
	if err != nil && (available || model.RequireAvailable.ValueBool()) {
		explanation := instance.Explain(err)
		resp.Diagnostics.Append(errorAt(path.Root("instance"), fmt.Sprintf("Audit log of the instance %q not read: %s", instance.Name(), briefly(err)),
			explanation.Cause, "Nothing was changed on the instance.", explanation.Remedy)...)
		return
	}
	model.Available = types.BoolValue(available)
	resp.Diagnostics.Append(warnOfTimelessEvents(countTimeless(events, func(e datacenter.AuditEvent) time.Time { return e.At }),
		fmt.Sprintf("the audit log of the instance %q", instance.Name()))...)
	resp.Diagnostics.Append(model.record(ctx, events, more)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}

func (m *dcAuditEventsModel) query() (datacenter.AuditQuery, diag.Diagnostics) {
	query := datacenter.AuditQuery{From: timeOf(m.From), To: timeOf(m.To), Limit: limitOf(m.Limit)}
	if !isSet(m.ActionsRegex) {
		return query, nil
	}
	pattern, err := regexp.Compile(m.ActionsRegex.ValueString())
	if err != nil {
		return query, diag.Diagnostics{notRegularExpression(path.Root("actions_regex"), err)}
	}
	query.Matches = func(event datacenter.AuditEvent) bool {
		return pattern.MatchString(event.Action) || pattern.MatchString(event.ActionKey)
	}
	return query, nil
}

func (m *dcAuditEventsModel) record(ctx context.Context, events []datacenter.AuditEvent, more bool) diag.Diagnostics {
	m.ID = m.Instance
	m.Truncated = types.BoolValue(more)
	models := make([]dcAuditEventModel, 0, len(events))
	for _, event := range events {
		models = append(models, dcAuditEventModel{
			Time:        timeOrNull(event.At),
			Author:      stringOrNull(event.AuthorName),
			AuthorID:    stringOrNull(event.AuthorID),
			Category:    stringOrNull(event.Category),
			CategoryKey: stringOrNull(event.CategoryKey),
			Action:      stringOrNull(event.Action),
			ActionKey:   stringOrNull(event.ActionKey),
			Objects:     append([]string{}, event.Objects...),
			Attributes:  event.Attributes,
			Source:      stringOrNull(event.Source),
			Node:        stringOrNull(event.Node),
			Method:      stringOrNull(event.Method),
		})
	}
	var diags diag.Diagnostics
	m.Events, diags = types.ListValueFrom(ctx, dcAuditEventType(), models)
	return diags
}
