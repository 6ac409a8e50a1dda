package acctest

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// Invocation is what an action said.
type Invocation struct {
	// Progress are the messages while it ran.
	Progress []string
	// Diagnostics are those of validation, plan and run.
	Diagnostics Diagnostics
}

// InvokeAction validates, plans and runs an action the way a CLI of a version
// that has actions does it: one process plans, another one runs. It ends with
// the first step that fails.
func (e *Estate) InvokeAction(t *testing.T, typeName string, config Object) Invocation {
	t.Helper()
	planning := e.StartProcess(t)
	encoded := planning.Encode(planning.Schemas.ActionSchemas[typeName].Schema, config)
	invocation := Invocation{Diagnostics: planning.planAction(typeName, encoded)}
	if len(invocation.Diagnostics.Errors()) > 0 {
		return invocation
	}
	running := e.StartProcess(t)
	stream, err := running.actions().InvokeAction(t.Context(), &tfprotov6.InvokeActionRequest{ActionType: typeName, Config: encoded})
	if err != nil {
		t.Fatal(err)
	}
	for event := range stream.Events {
		switch said := event.Type.(type) {
		case tfprotov6.ProgressInvokeActionEventType:
			invocation.Progress = append(invocation.Progress, said.Message)
		case tfprotov6.CompletedInvokeActionEventType:
			invocation.Diagnostics = append(invocation.Diagnostics, said.Diagnostics...)
		}
	}
	return invocation
}

// planAction validates and plans an action.
func (p *Process) planAction(typeName string, config *tfprotov6.DynamicValue) Diagnostics {
	p.t.Helper()
	validated, err := p.actions().ValidateActionConfig(p.t.Context(), &tfprotov6.ValidateActionConfigRequest{ActionType: typeName, Config: config})
	if err != nil {
		p.t.Fatal(err)
	}
	diagnostics := Diagnostics(validated.Diagnostics)
	if len(diagnostics.Errors()) > 0 {
		return diagnostics
	}
	planned, err := p.actions().PlanAction(p.t.Context(), &tfprotov6.PlanActionRequest{ActionType: typeName, Config: config})
	if err != nil {
		p.t.Fatal(err)
	}
	return append(diagnostics, planned.Diagnostics...)
}

func (p *Process) actions() tfprotov6.ActionServer {
	p.t.Helper()
	server, ok := p.Server.(tfprotov6.ActionServer)
	if !ok {
		p.t.Fatal("the provider offers no actions")
	}
	return server
}
