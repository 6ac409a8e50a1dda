// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/datacenter"
)

var _ datasource.DataSourceWithConfigure = (*dcInstanceDataSource)(nil)

// NewDCInstanceDataSource returns atlassian_dc_instance: what a Data Center
// instance is, whether it runs and what it offers.
func NewDCInstanceDataSource() datasource.DataSource {
	return &dcInstanceDataSource{}
}

type dcInstanceDataSource struct {
	configuredDataSource
}

type dcInstanceModel struct {
	ID             types.String   `tfsdk:"id"`
	Instance       types.String   `tfsdk:"instance"`
	RequireRunning types.Bool     `tfsdk:"require_running"`
	State          types.String   `tfsdk:"state"`
	Product        types.String   `tfsdk:"product"`
	Version        types.String   `tfsdk:"version"`
	BaseURL        types.String   `tfsdk:"base_url"`
	UpgradeState   types.String   `tfsdk:"upgrade_state"`
	Nodes          types.List     `tfsdk:"nodes"`
	AESKeyAPI      types.Bool     `tfsdk:"aes_key_api"`
	TunnelClient   types.Bool     `tfsdk:"tunnel_client"`
	Timeouts       timeouts.Value `tfsdk:"timeouts"`
}

type clusterNodeModel struct {
	ID      types.String `tfsdk:"id"`
	Version types.String `tfsdk:"version"`
	State   types.String `tfsdk:"state"`
}

func clusterNodeType() types.ObjectType {
	return types.ObjectType{AttrTypes: map[string]attr.Type{
		"id": types.StringType, "version": types.StringType, "state": types.StringType,
	}}
}

func (d *dcInstanceDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_dc_instance"
}

func (d *dcInstanceDataSource) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Tells what a Jira, Confluence, Bitbucket, Bamboo or Crowd Data Center instance is, whether it runs, and what it offers for rotating keys. " +
			"Nothing is changed to find out, and what a product does not tell is null. An instance that is down is a result, not an error, unless `require_running` is set. " +
			"What fails to answer is null, with a warning.\n\n" +
			"Required permission: none for `state`, `product`, `version` and `base_url`; administrator for the rest, system administrator in Bitbucket. Where these credentials are refused for the AES key API, nothing else is asked with them, because a few failed logins lock an account. " +
			"See Atlassian's [Jira REST API](https://developer.atlassian.com/server/jira/platform/rest/), [Bitbucket REST API](https://developer.atlassian.com/server/bitbucket/rest/) and " +
			"[Security management](https://confluence.atlassian.com/adminjiraserver/security-management-1489808496.html).",
		Attributes: map[string]schema.Attribute{
			"id":       computedText("Name of the instance, as in `instance`."),
			"instance": instanceAttribute(),
			"timeouts": readTimeouts(ctx, defaultListTimeout),
			"require_running": schema.BoolAttribute{
				Optional:            true,
				MarkdownDescription: "Whether it is an error if `state` is anything but `RUNNING`. Default: `false`.",
			},
			"state": computedText("State of the node that answers: `RUNNING`, `STARTING`, `STOPPING`, `FIRST_RUN`, `MAINTENANCE` or `ERROR`, in the words of the product; " +
				"`UNREACHABLE` where nothing answers. All else is null unless it is `RUNNING` or null."),
			"product":       computedText("What runs there: `jira`, `confluence`, `bitbucket`, `bamboo` or `crowd`."),
			"version":       computedText("Version of the product, such as `10.3.12`."),
			"base_url":      computedText("Base URL that the product itself is configured with; it may differ from `url` in the provider block."),
			"upgrade_state": computedText("State of a zero-downtime upgrade: `STABLE` where there is none, else `READY_TO_UPGRADE`, `MIXED`, `READY_TO_RUN_UPGRADE_TASKS`, `RUNNING_UPGRADE_TASKS` or `UPGRADE_TASKS_FAILED`."),
			"nodes": schema.ListAttribute{
				Computed:    true,
				ElementType: clusterNodeType(),
				MarkdownDescription: "Nodes of the cluster that are alive, each with `id`, `version` and `state` as far as the product tells them. " +
					"Null where it tells nothing, as Crowd, Bamboo and a Jira that is not clustered.",
			},
			"aes_key_api": schema.BoolAttribute{
				Computed:            true,
				MarkdownDescription: "Whether the instance has the AES key API that `atlassian_dc_aes_rotation` needs. Null where these credentials may not know.",
			},
			"tunnel_client": schema.BoolAttribute{
				Computed: true,
				MarkdownDescription: "Whether the application tunnels client is installed, which takes the tokens of `atlassian_tunnel_token`. Null where these credentials may not know. " +
					"Atlassian documents no way to ask: it is inferred from how the instance answers a `GET` of the address that takes tokens by `PUT`.",
			},
		},
	}
}

func computedText(description string) schema.StringAttribute {
	return schema.StringAttribute{Computed: true, MarkdownDescription: description}
}

func (d *dcInstanceDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model dcInstanceModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := bounded(ctx, model.Timeouts.Read, defaultListTimeout, &resp.Diagnostics)
	defer cancel()
	instance, diags := d.data.instance(model.Instance)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	description, err := instance.Describe(ctx)
	if err != nil {
		resp.Diagnostics.Append(descriptionError(instance, err)...)
		return
	}
	resp.Diagnostics.Append(warnOfUntold(instance, description.Warnings)...)
	resp.Diagnostics.Append(model.judgeState(instance, description)...)
	resp.Diagnostics.Append(model.record(ctx, description)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}

// record takes over what the instance told.
func (m *dcInstanceModel) record(ctx context.Context, told datacenter.Description) diag.Diagnostics {
	m.ID = m.Instance
	m.State = stringOrNull(told.State)
	m.Product = stringOrNull(told.Product.Name)
	m.Version = stringOrNull(told.Product.Version)
	m.BaseURL = stringOrNull(told.Product.BaseURL)
	m.UpgradeState = stringOrNull(told.Cluster.UpgradeState)
	m.AESKeyAPI = offerOrNull(told.AESKeyAPI)
	m.TunnelClient = offerOrNull(told.TunnelClient)
	m.Nodes = types.ListNull(clusterNodeType())
	if told.Cluster.Nodes == nil {
		return nil
	}
	nodes := make([]clusterNodeModel, 0, len(told.Cluster.Nodes))
	for _, node := range told.Cluster.Nodes {
		nodes = append(nodes, clusterNodeModel{ID: stringOrNull(node.ID), Version: stringOrNull(node.Version), State: stringOrNull(node.State)})
	}
	var diags diag.Diagnostics
	m.Nodes, diags = types.ListValueFrom(ctx, clusterNodeType(), nodes)
	return diags
}

func offerOrNull(offer datacenter.Offer) types.Bool {
	if offer == datacenter.OfferUnknown {
		return types.BoolNull()
	}
	return types.BoolValue(offer == datacenter.Offered)
}
