// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/transport"
)

// NewServer returns a function that makes the provider of the given version and
// serves it as Terraform's plugin protocol has it. Nothing that it says, in
// errors, warnings, messages or names, shows a secret that it was told: not even
// one that stands where an ID belongs, and that a validator or an error repeats.
func NewServer(version string, options ...Option) func() tfprotov6.ProviderServer {
	return func() tfprotov6.ProviderServer {
		p := newProvider(version, options)
		framework, ok := providerserver.NewProtocol6(p)().(frameworkServer)
		if !ok {
			panic("the framework serves neither actions nor lists")
		}
		return &maskedServer{frameworkServer: framework, redactor: p.redactor}
	}
}

// frameworkServer is what the framework makes of a provider.
type frameworkServer interface {
	tfprotov6.ProviderServer
	tfprotov6.ListResourceServer
	tfprotov6.ActionServer
}

// maskedServer masks secrets in what leaves the provider for people to read.
type maskedServer struct {
	frameworkServer

	redactor *transport.Redactor
}

// mask masks secrets in diagnostics.
func (s *maskedServer) mask(diagnostics []*tfprotov6.Diagnostic) {
	for _, diagnostic := range diagnostics {
		diagnostic.Summary = s.redactor.Mask(diagnostic.Summary)
		diagnostic.Detail = s.redactor.Mask(diagnostic.Detail)
	}
}

// learn masks from here on the tokens that a state holds, which nothing else tells
// in a run that makes none. Terraform has every state upgraded before it is used.
func (s *maskedServer) learn(state *tfprotov6.RawState) {
	if state != nil {
		// What is no JSON is the framework's to refuse.
		_ = s.redactor.LearnFrom(state.JSON)
	}
}

// refuseImport returns why an import ID is not even looked at; nil where it is. An
// ID is cut at its slashes, and what is left of a secret could not be masked.
func (s *maskedServer) refuseImport(req *tfprotov6.ImportResourceStateRequest) *tfprotov6.Diagnostic {
	const unchanged = "Nothing was sent, and the state is as it was. The page of the resource says what to import it by."
	refusal := &tfprotov6.Diagnostic{Severity: tfprotov6.DiagnosticSeverityError}
	switch {
	case req.ID == "" && req.Identity == nil:
		refusal.Summary, refusal.Detail = "Import ID missing", "The import ID is empty. "+unchanged
	case s.redactor.Spans(req.ID, "/"):
		refusal.Summary, refusal.Detail = "Secret in an import ID", "The import ID holds a secret, and a secret names nothing. "+unchanged
	default:
		return nil
	}
	return refusal
}

func (s *maskedServer) ValidateProviderConfig(ctx context.Context, req *tfprotov6.ValidateProviderConfigRequest) (*tfprotov6.ValidateProviderConfigResponse, error) {
	resp, err := s.frameworkServer.ValidateProviderConfig(ctx, req)
	if resp != nil {
		s.mask(resp.Diagnostics)
	}
	return resp, err
}

func (s *maskedServer) ConfigureProvider(ctx context.Context, req *tfprotov6.ConfigureProviderRequest) (*tfprotov6.ConfigureProviderResponse, error) {
	resp, err := s.frameworkServer.ConfigureProvider(ctx, req)
	if resp != nil {
		s.mask(resp.Diagnostics)
	}
	return resp, err
}

func (s *maskedServer) ValidateResourceConfig(ctx context.Context, req *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	resp, err := s.frameworkServer.ValidateResourceConfig(ctx, req)
	if resp != nil {
		s.mask(resp.Diagnostics)
	}
	return resp, err
}

func (s *maskedServer) UpgradeResourceState(ctx context.Context, req *tfprotov6.UpgradeResourceStateRequest) (*tfprotov6.UpgradeResourceStateResponse, error) {
	s.learn(req.RawState)
	resp, err := s.frameworkServer.UpgradeResourceState(ctx, req)
	if resp != nil {
		s.mask(resp.Diagnostics)
	}
	return resp, err
}

func (s *maskedServer) UpgradeResourceIdentity(ctx context.Context, req *tfprotov6.UpgradeResourceIdentityRequest) (*tfprotov6.UpgradeResourceIdentityResponse, error) {
	resp, err := s.frameworkServer.UpgradeResourceIdentity(ctx, req)
	if resp != nil {
		s.mask(resp.Diagnostics)
	}
	return resp, err
}

func (s *maskedServer) ReadResource(ctx context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	resp, err := s.frameworkServer.ReadResource(ctx, req)
	if resp != nil {
		s.mask(resp.Diagnostics)
	}
	return resp, err
}

func (s *maskedServer) PlanResourceChange(ctx context.Context, req *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	resp, err := s.frameworkServer.PlanResourceChange(ctx, req)
	if resp != nil {
		s.mask(resp.Diagnostics)
	}
	return resp, err
}

func (s *maskedServer) ApplyResourceChange(ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	resp, err := s.frameworkServer.ApplyResourceChange(ctx, req)
	if resp != nil {
		s.mask(resp.Diagnostics)
	}
	return resp, err
}

func (s *maskedServer) ImportResourceState(ctx context.Context, req *tfprotov6.ImportResourceStateRequest) (*tfprotov6.ImportResourceStateResponse, error) {
	if refusal := s.refuseImport(req); refusal != nil {
		return &tfprotov6.ImportResourceStateResponse{Diagnostics: []*tfprotov6.Diagnostic{refusal}}, nil
	}
	resp, err := s.frameworkServer.ImportResourceState(ctx, req)
	if resp != nil {
		s.mask(resp.Diagnostics)
	}
	return resp, err
}

func (s *maskedServer) MoveResourceState(ctx context.Context, req *tfprotov6.MoveResourceStateRequest) (*tfprotov6.MoveResourceStateResponse, error) {
	resp, err := s.frameworkServer.MoveResourceState(ctx, req)
	if resp != nil {
		s.mask(resp.Diagnostics)
	}
	return resp, err
}

func (s *maskedServer) GenerateResourceConfig(ctx context.Context, req *tfprotov6.GenerateResourceConfigRequest) (*tfprotov6.GenerateResourceConfigResponse, error) {
	resp, err := s.frameworkServer.GenerateResourceConfig(ctx, req)
	if resp != nil {
		s.mask(resp.Diagnostics)
	}
	return resp, err
}

func (s *maskedServer) ValidateDataResourceConfig(ctx context.Context, req *tfprotov6.ValidateDataResourceConfigRequest) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	resp, err := s.frameworkServer.ValidateDataResourceConfig(ctx, req)
	if resp != nil {
		s.mask(resp.Diagnostics)
	}
	return resp, err
}

func (s *maskedServer) ReadDataSource(ctx context.Context, req *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	resp, err := s.frameworkServer.ReadDataSource(ctx, req)
	if resp != nil {
		s.mask(resp.Diagnostics)
	}
	return resp, err
}

func (s *maskedServer) ValidateEphemeralResourceConfig(ctx context.Context, req *tfprotov6.ValidateEphemeralResourceConfigRequest) (*tfprotov6.ValidateEphemeralResourceConfigResponse, error) {
	resp, err := s.frameworkServer.ValidateEphemeralResourceConfig(ctx, req)
	if resp != nil {
		s.mask(resp.Diagnostics)
	}
	return resp, err
}

func (s *maskedServer) OpenEphemeralResource(ctx context.Context, req *tfprotov6.OpenEphemeralResourceRequest) (*tfprotov6.OpenEphemeralResourceResponse, error) {
	resp, err := s.frameworkServer.OpenEphemeralResource(ctx, req)
	if resp != nil {
		s.mask(resp.Diagnostics)
	}
	return resp, err
}

func (s *maskedServer) RenewEphemeralResource(ctx context.Context, req *tfprotov6.RenewEphemeralResourceRequest) (*tfprotov6.RenewEphemeralResourceResponse, error) {
	resp, err := s.frameworkServer.RenewEphemeralResource(ctx, req)
	if resp != nil {
		s.mask(resp.Diagnostics)
	}
	return resp, err
}

func (s *maskedServer) CloseEphemeralResource(ctx context.Context, req *tfprotov6.CloseEphemeralResourceRequest) (*tfprotov6.CloseEphemeralResourceResponse, error) {
	resp, err := s.frameworkServer.CloseEphemeralResource(ctx, req)
	if resp != nil {
		s.mask(resp.Diagnostics)
	}
	return resp, err
}

func (s *maskedServer) ValidateListResourceConfig(ctx context.Context, req *tfprotov6.ValidateListResourceConfigRequest) (*tfprotov6.ValidateListResourceConfigResponse, error) {
	resp, err := s.frameworkServer.ValidateListResourceConfig(ctx, req)
	if resp != nil {
		s.mask(resp.Diagnostics)
	}
	return resp, err
}

func (s *maskedServer) ValidateActionConfig(ctx context.Context, req *tfprotov6.ValidateActionConfigRequest) (*tfprotov6.ValidateActionConfigResponse, error) {
	resp, err := s.frameworkServer.ValidateActionConfig(ctx, req)
	if resp != nil {
		s.mask(resp.Diagnostics)
	}
	return resp, err
}

func (s *maskedServer) PlanAction(ctx context.Context, req *tfprotov6.PlanActionRequest) (*tfprotov6.PlanActionResponse, error) {
	resp, err := s.frameworkServer.PlanAction(ctx, req)
	if resp != nil {
		s.mask(resp.Diagnostics)
	}
	return resp, err
}

func (s *maskedServer) CallFunction(ctx context.Context, req *tfprotov6.CallFunctionRequest) (*tfprotov6.CallFunctionResponse, error) {
	resp, err := s.frameworkServer.CallFunction(ctx, req)
	if resp != nil && resp.Error != nil {
		resp.Error.Text = s.redactor.Mask(resp.Error.Text)
	}
	return resp, err
}

func (s *maskedServer) InvokeAction(ctx context.Context, req *tfprotov6.InvokeActionRequest) (*tfprotov6.InvokeActionServerStream, error) {
	stream, err := s.frameworkServer.InvokeAction(ctx, req)
	if stream != nil {
		stream.Events = each(stream.Events, s.maskEvent)
	}
	return stream, err
}

func (s *maskedServer) maskEvent(event tfprotov6.InvokeActionEvent) tfprotov6.InvokeActionEvent {
	switch said := event.Type.(type) {
	case tfprotov6.ProgressInvokeActionEventType:
		said.Message = s.redactor.Mask(said.Message)
		event.Type = said
	case tfprotov6.CompletedInvokeActionEventType:
		s.mask(said.Diagnostics)
	}
	return event
}

func (s *maskedServer) ListResource(ctx context.Context, req *tfprotov6.ListResourceRequest) (*tfprotov6.ListResourceServerStream, error) {
	stream, err := s.frameworkServer.ListResource(ctx, req)
	if stream != nil {
		stream.Results = each(stream.Results, s.maskResult)
	}
	return stream, err
}

func (s *maskedServer) maskResult(result tfprotov6.ListResourceResult) tfprotov6.ListResourceResult {
	result.DisplayName = s.redactor.Mask(result.DisplayName)
	s.mask(result.Diagnostics)
	return result
}

// each returns the sequence with every value changed.
func each[V any](values iter.Seq[V], change func(V) V) iter.Seq[V] {
	return func(yield func(V) bool) {
		for value := range values {
			if !yield(change(value)) {
				return
			}
		}
	}
}
