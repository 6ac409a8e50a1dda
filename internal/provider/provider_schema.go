// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

func providerSchema() schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Rotates the keys of an Atlassian estate: the AES keys of Data Center instances, the security keys of application tunnels, and organization API keys. " +
			"Every attribute can stay out where nothing that is used needs it.",
		Attributes: map[string]schema.Attribute{
			"organization_id": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "ID of the Atlassian organization (a UUID, shown in `https://admin.atlassian.com/o/<id>/overview`). Environment variable: `ATLASSIAN_ORGANIZATION_ID`.",
			},
			"api_key": schema.StringAttribute{
				Optional:            true,
				Sensitive:           true,
				MarkdownDescription: "Organization API key that authenticates against `cloud_url`. Environment variable: `ATLASSIAN_API_KEY`.",
			},
			"api_key_id": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "ID of that key, so that this provider never revokes the key it works with. Environment variable: `ATLASSIAN_API_KEY_ID`.",
			},
			"cloud_url": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Base URL of the Atlassian Cloud APIs. Default: `https://api.atlassian.com`. Environment variable: `ATLASSIAN_CLOUD_URL`.",
			},
			"unreachable_instances": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "What an instance is that cannot be read while Terraform refreshes: `\"error\"`, or `\"warn\"`, which keeps what is known of it and lets a fleet go on without it. " +
					"A change of such an instance is an error all the same. Default: `\"error\"`.",
			},
			"ca_certificate": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "PEM certificates of authorities to trust besides those of the system, for Atlassian Cloud and for every instance: the content, such as `file(\"corp.pem\")`. " +
					"For a proxy that opens TLS connections.",
			},
			"max_retries": schema.Int64Attribute{
				Optional:            true,
				Validators:          []validator.Int64{int64validator.Between(0, 20)},
				MarkdownDescription: "How often a request is repeated that failed in a way that allows it, 0 to 20. Default: `4`.",
			},
			"max_retry_wait": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "The longest wait before a repetition, such as `\"5m\"` and at least `\"1s\"`. A server that demands a longer one gets an error at once that says until when. Default: `\"5m\"`.",
			},
			"request_timeout": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "How long one request may take, such as `\"60s\"` and at least `\"1s\"`. A rotation of AES keys is bounded by the `timeouts` of its resource instead. Default: `\"60s\"`.",
			},
			"instances": schema.MapNestedAttribute{
				Optional: true,
				MarkdownDescription: "Data Center instances by a name of your choice. `ATLASSIAN_INSTANCE_<NAME>_URL`, `_TOKEN`, `_USERNAME` and `_PASSWORD` fill what an instance leaves out " +
					"(the name in upper case, other characters than `A-Z` and `0-9` as `_`). Where `_URL` is set for a name that is not here, it defines an instance of that name in lower case. " +
					"Two names that come to the same variables, such as `prod-eu` and `prod_eu`, are an error. " +
					"Where nothing else defines an instance, `ATLASSIAN_DC_URL`, `_TOKEN`, `_USERNAME` and `_PASSWORD` define one called `default`.",
				NestedObject: schema.NestedAttributeObject{Attributes: instanceAttributes()},
			},
		},
	}
}

func instanceAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"url": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "Base URL of the instance with its context path, such as `https://git.example.com/bitbucket`.",
		},
		"token": schema.StringAttribute{
			Optional:            true,
			Sensitive:           true,
			MarkdownDescription: "Personal access token of a system administrator. Bitbucket accepts none for administration: use `username` and `password` there. Conflicts with both.",
		},
		"username": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "Name of a system administrator, for basic authentication. Needs `password`.",
		},
		"password": schema.StringAttribute{
			Optional:            true,
			Sensitive:           true,
			MarkdownDescription: "Password of that user. Needs `username`.",
		},
		"headers": schema.MapAttribute{
			Optional:    true,
			Sensitive:   true,
			ElementType: types.StringType,
			MarkdownDescription: "Headers to send with each request to this instance, by their names: for a gate in front of it, such as Cloudflare Access. " +
				"They cannot replace what the provider sets itself, such as `Authorization`, and a value has at least four characters: it is masked wherever it would show.",
		},
		"ca_certificate": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "PEM certificates of authorities to trust besides those of the system and of the provider block: the content, such as `file(\"ca.pem\")`.",
		},
		"client_certificate": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "PEM certificate that this client shows to the instance. Needs `client_key`.",
		},
		"client_key": schema.StringAttribute{
			Optional:            true,
			Sensitive:           true,
			MarkdownDescription: "PEM private key of `client_certificate`, not encrypted.",
		},
		"skip_tls_verify": schema.BoolAttribute{
			Optional:            true,
			MarkdownDescription: "Accept any certificate of the instance. Whoever is in between then reads the credentials: for tests only. Default: `false`.",
		},
		"allow_http": schema.BoolAttribute{
			Optional:            true,
			MarkdownDescription: "Allow `http://` to a host that is not this machine. Credentials then travel in clear text. Default: `false`.",
		},
	}
}
