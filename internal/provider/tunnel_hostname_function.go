// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/function"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/cloud"
)

var _ function.Function = tunnelHostnameFunction{}

// NewTunnelHostnameFunction returns the function tunnel_hostname.
func NewTunnelHostnameFunction() function.Function {
	return tunnelHostnameFunction{}
}

type tunnelHostnameFunction struct{}

func (tunnelHostnameFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "tunnel_hostname"
}

func (tunnelHostnameFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "UUID of a tunnel from its application link URL",
		MarkdownDescription: "Returns what the tunnels API calls the hostname of a tunnel: the UUID that its application link URL starts with, in lower case. " +
			"Takes the URL, the host name alone or the UUID; anything else is an error.",
		Parameters: []function.Parameter{function.StringParameter{
			Name:                "url",
			MarkdownDescription: "Application link URL of the tunnel (*Application tunnels > Actions > View application link URL*), such as `http://e5e9e8f0-d429-4cb9-80bc-2f02cb91f587.atlassian.com`.",
		}},
		Return: function.StringReturn{},
	}
}

func (tunnelHostnameFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var link string
	resp.Error = req.Arguments.Get(ctx, &link)
	if resp.Error != nil {
		return
	}
	hostname, err := cloud.TunnelHostname(link)
	if err != nil {
		resp.Error = function.NewArgumentFuncError(0, fmt.Sprintf("%q names no tunnel: %s", link, err))
		return
	}
	resp.Error = resp.Result.Set(ctx, hostname)
}
