// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Requests are what a CLI sends of one resource in each of its plans, ready to
// be sent again and again.
type Requests struct {
	validate *tfprotov6.ValidateResourceConfigRequest
	read     *tfprotov6.ReadResourceRequest
	plan     *tfprotov6.PlanResourceChangeRequest
}

// Requests returns what a plan of the resource, as it stands in state, and
// config sends to the process.
func (r *ManagedResource) Requests(t T, process *Process, config Object) Requests {
	t.Helper()
	schema := r.schema(process)
	prior := tftypes.NewValue(schema.ValueType(), nil)
	var from object
	if r.stored != nil {
		from = *r.stored
		prior = process.value(schema, from.state)
	}
	configured := process.decode(schema, config)
	return Requests{
		validate: &tfprotov6.ValidateResourceConfigRequest{TypeName: r.typeName, Config: process.dynamic(configured)},
		read:     &tfprotov6.ReadResourceRequest{TypeName: r.typeName, CurrentState: from.state, Private: from.private, CurrentIdentity: from.identity},
		plan: &tfprotov6.PlanResourceChangeRequest{
			TypeName:         r.typeName,
			PriorState:       process.dynamic(prior),
			ProposedNewState: process.dynamic(propose(t, schema, prior, configured)),
			Config:           process.dynamic(configured),
			PriorPrivate:     from.private,
			PriorIdentity:    from.identity,
		},
	}
}

// Validate validates the configuration, and fails the test where the provider
// does.
func (q Requests) Validate(t T, process *Process) {
	t.Helper()
	response, err := process.Server.ValidateResourceConfig(t.Context(), q.validate)
	if err != nil {
		t.Fatal(err)
	}
	Diagnostics(response.Diagnostics).MustNotFail(t)
}

// Read refreshes, and fails the test where the provider does.
func (q Requests) Read(t T, process *Process) *tfprotov6.ReadResourceResponse {
	t.Helper()
	response, err := process.Server.ReadResource(t.Context(), q.read)
	if err != nil {
		t.Fatal(err)
	}
	Diagnostics(response.Diagnostics).MustNotFail(t)
	return response
}

// Plan plans, and fails the test where the provider does.
func (q Requests) Plan(t T, process *Process) *tfprotov6.PlanResourceChangeResponse {
	t.Helper()
	response, err := process.Server.PlanResourceChange(t.Context(), q.plan)
	if err != nil {
		t.Fatal(err)
	}
	Diagnostics(response.Diagnostics).MustNotFail(t)
	return response
}
