// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/reencryption"
)

var (
	_ datasource.DataSourceWithConfigure      = (*cmkReencryptionRequestDataSource)(nil)
	_ datasource.DataSourceWithValidateConfig = (*cmkReencryptionRequestDataSource)(nil)
)

// NewCMKReencryptionRequestDataSource returns
// atlassian_cmk_reencryption_request: the text of the support request that
// re-encrypts an organization with new customer-managed keys.
func NewCMKReencryptionRequestDataSource() datasource.DataSource {
	return &cmkReencryptionRequestDataSource{}
}

type cmkReencryptionRequestDataSource struct {
	configuredDataSource
}

type cmkReencryptionRequestModel struct {
	ID             types.String   `tfsdk:"id"`
	AWSAccountID   types.String   `tfsdk:"aws_account_id"`
	OrganizationID types.String   `tfsdk:"organization_id"`
	SiteURL        types.String   `tfsdk:"site_url"`
	Realm          types.String   `tfsdk:"realm"`
	OldKeyARNs     types.Map      `tfsdk:"old_key_arns"`
	NewKeyARNs     types.Map      `tfsdk:"new_key_arns"`
	Timing         types.String   `tfsdk:"timing"`
	ImpactLevel    types.Int64    `tfsdk:"impact_level"`
	Contacts       types.Set      `tfsdk:"contacts"`
	Summary        types.String   `tfsdk:"summary"`
	Details        types.String   `tfsdk:"details"`
	Fields         types.List     `tfsdk:"fields"`
	FormURL        types.String   `tfsdk:"form_url"`
	DowntimeNotice types.String   `tfsdk:"downtime_notice"`
	Timeouts       timeouts.Value `tfsdk:"timeouts"`
}

type formFieldModel struct {
	Question types.String `tfsdk:"question"`
	Answer   types.String `tfsdk:"answer"`
}

func formFieldType() types.ObjectType {
	return types.ObjectType{AttrTypes: map[string]attr.Type{"question": types.StringType, "answer": types.StringType}}
}

func (d *cmkReencryptionRequestDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_cmk_reencryption_request"
}

func (d *cmkReencryptionRequestDataSource) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Checks and writes the request that re-encrypts the data of an organization with new customer-managed keys (CMK). Atlassian offers no API for re-encryption: " +
			"an organization admin [sends a support form](https://support.atlassian.com/security-and-access-policies/docs/request-cmk-re-encryption/). " +
			"This data source sends nothing; it finds what support would send back, and returns the answers for the form.\n\n" +
			"Needs no credentials. Who sends the form has to be an organization admin.",
		Attributes: cmkReencryptionRequestAttributes(ctx),
	}
}

func cmkReencryptionRequestAttributes(ctx context.Context) map[string]schema.Attribute {
	keyARNs := func(which string) schema.MapAttribute {
		return schema.MapAttribute{
			Required:            true,
			ElementType:         types.StringType,
			MarkdownDescription: which + " by its AWS region: one for every region of the realm, such as `{ eu-central-1 = \"arn:aws:kms:…\", eu-west-1 = \"arn:aws:kms:…\" }`.",
		}
	}
	return map[string]schema.Attribute{
		"id":             computedText("The same as `summary`."),
		"aws_account_id": requiredText("ID of the AWS account that was created for the keys, 12 digits such as `\"279766244153\"`."),
		"organization_id": schema.StringAttribute{
			Optional:            true,
			Computed:            true,
			MarkdownDescription: "ID of the organization. Default: `organization_id` of the provider block.",
		},
		"timeouts": readTimeouts(ctx, defaultListTimeout),
		"site_url": requiredText("URL of any site of the organization, best the main one, such as `\"https://example.atlassian.net\"`."),
		"realm": requiredText("Realm that the organization chose for its data, in any case: `Europe` (eu-central-1 and eu-west-1), `United States` (us-east-1 and us-west-2), " +
			"`Australia`, `Canada`, `Germany`, `India`, `Japan`, `South Korea`, `Singapore`, `Switzerland` or `United Kingdom`."),
		"old_key_arns": keyARNs("ARN of the key to be replaced"),
		"new_key_arns": keyARNs("ARN of the new key"),
		"timing": schema.StringAttribute{
			Required:            true,
			Validators:          []validator.String{stringvalidator.OneOf(string(reencryption.Immediate), string(reencryption.NextMaintenanceWindow))},
			MarkdownDescription: "When to start: `immediate`, which means downtime outside of the maintenance window, or `next_maintenance_window`.",
		},
		"impact_level": schema.Int64Attribute{
			Required:            true,
			Validators:          []validator.Int64{int64validator.Between(1, 4)},
			MarkdownDescription: "Impact on the business, from `1` (the greatest; what Atlassian suggests for an immediate re-encryption) to `4`. It decides how soon support responds.",
		},
		"contacts": schema.SetAttribute{
			Optional:            true,
			ElementType:         types.StringType,
			MarkdownDescription: "E-mail addresses of who is to be notified about the request. Default: nobody else.",
		},
		"summary": computedText("Title of the ticket."),
		"details": computedText("Text for *Give us more details*, ready to paste."),
		"fields": schema.ListAttribute{
			Computed:            true,
			ElementType:         formFieldType(),
			MarkdownDescription: "All questions of the form in its order, each as `question` and `answer`. The answer is null where the question may stay open or only a person can answer it.",
		},
		"form_url":        computedText("Where the form is."),
		"downtime_notice": computedText("What the users of the sites are to expect."),
	}
}

func requiredText(description string) schema.StringAttribute {
	return schema.StringAttribute{Required: true, MarkdownDescription: description}
}

// ValidateConfig checks a configuration that is known as a whole. What is known
// only later is checked when it is read.
func (d *cmkReencryptionRequestDataSource) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	var model cmkReencryptionRequestModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() || !req.Config.Raw.IsFullyKnown() {
		return
	}
	resp.Diagnostics.Append(model.check()...)
}

func (d *cmkReencryptionRequestDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model cmkReencryptionRequestModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := bounded(ctx, model.Timeouts.Read, defaultListTimeout, &resp.Diagnostics)
	defer cancel()
	model.OrganizationID = d.data.organizationOr(model.OrganizationID)
	if !isSet(model.OrganizationID) {
		resp.Diagnostics.Append(missingOrganization()...)
	}
	resp.Diagnostics.Append(model.check()...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(model.write(ctx)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}

// request returns what is asked of support. Elements that are null are left out,
// and are missed then.
func (m *cmkReencryptionRequestModel) request() reencryption.Request {
	return reencryption.Request{
		AWSAccountID:   m.AWSAccountID.ValueString(),
		OrganizationID: m.OrganizationID.ValueString(),
		SiteURL:        m.SiteURL.ValueString(),
		Realm:          m.Realm.ValueString(),
		Timing:         reencryption.Timing(m.Timing.ValueString()),
		ImpactLevel:    int(m.ImpactLevel.ValueInt64()),
		OldKeyARNs:     textsByName(m.OldKeyARNs),
		NewKeyARNs:     textsByName(m.NewKeyARNs),
		Contacts:       texts(m.Contacts),
	}
}

// check reports what support would send the request back for. The attributes'
// own validators have seen to timing and impact level.
func (m *cmkReencryptionRequestModel) check() diag.Diagnostics {
	var diags diag.Diagnostics
	for _, problem := range m.request().Problems() {
		switch problem.Field {
		case reencryption.FieldTiming, reencryption.FieldImpactLevel:
			continue
		case reencryption.FieldOrganizationID:
			if m.OrganizationID.IsNull() {
				continue
			}
		}
		at := path.Root(string(problem.Field))
		if problem.Region != "" {
			at = at.AtMapKey(problem.Region)
		}
		diags.AddAttributeError(at, problem.Summary, problem.Detail)
	}
	return diags
}

// write sets what the form is to be filled with.
func (m *cmkReencryptionRequestModel) write(ctx context.Context) diag.Diagnostics {
	request := m.request()
	m.Summary = types.StringValue(request.Summary())
	m.ID = m.Summary
	m.Details = types.StringValue(request.Details())
	m.FormURL = types.StringValue(reencryption.FormURL)
	m.DowntimeNotice = types.StringValue(request.DowntimeNotice())
	var fields []formFieldModel
	for _, answer := range request.Answers() {
		fields = append(fields, formFieldModel{Question: types.StringValue(answer.Question), Answer: stringOrNull(answer.Text)})
	}
	var diags diag.Diagnostics
	m.Fields, diags = types.ListValueFrom(ctx, formFieldType(), fields)
	return diags
}
