// SPDX-License-Identifier: MPL-2.0

package acctest

import (
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
func (e *Estate) InvokeAction(t T, typeName string, config Object) Invocation {
	t.Helper()
	var invocation Invocation
	for _, step := range []func(T, string, Object) Invocation{e.validateAction, e.PlanAction, e.RunAction} {
		said := step(t, typeName, config)
		invocation.Progress = append(invocation.Progress, said.Progress...)
		invocation.Diagnostics = append(invocation.Diagnostics, said.Diagnostics...)
		if len(invocation.Diagnostics.Errors()) > 0 {
			break
		}
	}
	return invocation
}

func (e *Estate) validateAction(t T, typeName string, config Object) Invocation {
	t.Helper()
	return Invocation{Diagnostics: e.ValidateAction(t, typeName, config)}
}

// ValidateAction only validates an action, in a process that nobody configures.
func (e *Estate) ValidateAction(t T, typeName string, config Object) Diagnostics {
	t.Helper()
	process := e.newProcess(t)
	validated := call(t.Context(), process, process.actions().ValidateActionConfig,
		&tfprotov6.ValidateActionConfigRequest{ActionType: typeName, Config: process.actionConfig(typeName, config)})
	return validated.Diagnostics
}

// PlanAction plans an action that was not validated: a CLI validates while
// variables are unknown, and hands the plan values that no validator has seen.
func (e *Estate) PlanAction(t T, typeName string, config Object) Invocation {
	t.Helper()
	process := e.StartProcess(t)
	planned := call(t.Context(), process, process.actions().PlanAction,
		&tfprotov6.PlanActionRequest{ActionType: typeName, Config: process.actionConfig(typeName, config)})
	return Invocation{Diagnostics: planned.Diagnostics}
}

// RunAction runs an action that was neither validated nor planned.
func (e *Estate) RunAction(t T, typeName string, config Object) Invocation {
	t.Helper()
	process := e.StartProcess(t)
	stream := call(t.Context(), process, process.actions().InvokeAction,
		&tfprotov6.InvokeActionRequest{ActionType: typeName, Config: process.actionConfig(typeName, config)})
	var invocation Invocation
	for event := range stream.Events {
		process.recording.keep(event)
		switch said := event.Type.(type) {
		case tfprotov6.ProgressInvokeActionEventType:
			invocation.Progress = append(invocation.Progress, said.Message)
		case tfprotov6.CompletedInvokeActionEventType:
			invocation.Diagnostics = append(invocation.Diagnostics, said.Diagnostics...)
		}
	}
	return invocation
}

func (p *Process) actionConfig(typeName string, config Object) *tfprotov6.DynamicValue {
	p.t.Helper()
	return p.Encode(p.Schemas.ActionSchemas[typeName].Schema, config)
}

func (p *Process) actions() tfprotov6.ActionServer {
	p.t.Helper()
	server, ok := p.Server.(tfprotov6.ActionServer)
	if !ok {
		p.t.Fatal("the provider offers no actions")
	}
	return server
}
