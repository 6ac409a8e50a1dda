// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"reflect"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/cloud"
	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/tunnel"
)

// What applying a plan does.
const (
	doesNothing   = "nothing"
	delivers      = "delivers the stored token"
	regenerates   = "regenerates"
	mayRegenerate = "may regenerate"
)

// rotatedAt is when the token in the states below was made, appliedAt when plans are
// applied.
func rotatedAt() time.Time { return time.Date(2026, time.January, 5, 8, 0, 0, 0, time.UTC) }

func appliedAt() time.Time { return rotatedAt().Add(30 * 24 * time.Hour) }

// tunnelState returns a state without instance and without a known rotation,
// with changes made to it.
func tunnelState(changes ...func(*tunnelTokenModel)) tunnelTokenModel {
	const uuid = "e5e9e8f0-d429-4cb9-80bc-2f02cb91f587"
	state := tunnelTokenModel{
		ID:             types.StringValue(uuid),
		Hostname:       tunnelHostnameValue{types.StringValue(uuid)},
		OrganizationID: types.StringValue("organization"),
		StoreToken:     types.BoolValue(true),
		Preflight:      types.BoolValue(true),
	}
	state.RotateTriggers = triggersOf(types.StringValue("1"))
	state.RotateOnCreate = types.BoolValue(true)
	state.forget()
	for _, change := range changes {
		change(&state)
	}
	return state
}

func rotatedOnce(m *tunnelTokenModel) {
	m.recordToken(tunnel.Report{RegeneratedAt: rotatedAt(), Tunnel: cloud.Tunnel{Token: "former", Name: "tunnel1"}})
}

func handedTo(instance string) func(*tunnelTokenModel) {
	return func(m *tunnelTokenModel) { m.Instance = types.StringValue(instance) }
}

func notStored(m *tunnelTokenModel) {
	m.StoreToken, m.Token = types.BoolValue(false), types.StringNull()
}

func delivered(m *tunnelTokenModel) {
	m.record(tunnel.Report{DeliveredAt: rotatedAt()}, rotatedAt(), &rotationMemory{})
}

func undelivered(m *tunnelTokenModel) {
	m.record(tunnel.Report{Undelivered: true}, rotatedAt(), &rotationMemory{})
}

func unsettled(m *tunnelTokenModel) {
	m.record(tunnel.Report{AttemptedAt: rotatedAt()}, rotatedAt(), &rotationMemory{})
}

// scheduled makes the rotation due, as a refresh does.
func scheduled(m *tunnelTokenModel) {
	m.RotationInterval = newDurationValue(7 * 24 * time.Hour)
	m.countFrom(rotatedAt())
	m.judgeDue("the key", appliedAt())
}

func tunnelStates() map[string]tunnelTokenModel {
	return map[string]tunnelTokenModel{
		"adopted":                    tunnelState(),
		"adopted with instance":      tunnelState(handedTo("jira"), notStored),
		"stored":                     tunnelState(rotatedOnce),
		"delivered":                  tunnelState(handedTo("jira"), rotatedOnce, delivered, notStored),
		"delivered and stored":       tunnelState(handedTo("jira"), rotatedOnce, delivered),
		"waiting":                    tunnelState(handedTo("jira"), rotatedOnce, undelivered, notStored),
		"waiting and stored":         tunnelState(handedTo("jira"), rotatedOnce, undelivered),
		"unsettled":                  tunnelState(handedTo("jira"), rotatedOnce, delivered, notStored, unsettled),
		"due":                        tunnelState(handedTo("jira"), rotatedOnce, delivered, notStored, scheduled),
		"instance was removed":       tunnelState(rotatedOnce, notStored, func(m *tunnelTokenModel) { m.StoreToken = types.BoolValue(true) }),
		"waiting, and moved already": tunnelState(handedTo("wiki"), rotatedOnce, undelivered, notStored),
	}
}

// tunnelInputs are the changes of the configuration in the order of the columns
// of the table below.
func tunnelInputs() []struct {
	name   string
	change func(*tunnelTokenModel)
} {
	return []struct {
		name   string
		change func(*tunnelTokenModel)
	}{
		{"same", func(*tunnelTokenModel) {}},
		{"jira", handedTo("jira")},
		{"wiki", handedTo("wiki")},
		{"no instance", func(m *tunnelTokenModel) { m.Instance, m.StoreToken = types.StringNull(), types.BoolValue(true) }},
		{"unknown instance", func(m *tunnelTokenModel) { m.Instance = types.StringUnknown() }},
		{"triggers", func(m *tunnelTokenModel) { m.RotateTriggers = triggersOf(types.StringValue("2")) }},
		{"unknown triggers", func(m *tunnelTokenModel) { m.RotateTriggers = triggersOf(types.StringUnknown()) }},
		{"schedule", func(m *tunnelTokenModel) { m.RotationInterval = newDurationValue(90 * 24 * time.Hour) }},
		{"stored", func(m *tunnelTokenModel) { m.StoreToken = types.BoolValue(true) }},
	}
}

func triggersOf(release attr.Value) types.Map {
	return types.MapValueMust(types.StringType, map[string]attr.Value{"release": release})
}

func tunnelDecisions() map[string][]string {
	return map[string][]string{
		//                             same, jira, wiki, no instance, unknown instance, triggers, unknown triggers, schedule, stored
		"adopted":                    {doesNothing, doesNothing, doesNothing, doesNothing, doesNothing, regenerates, mayRegenerate, doesNothing, doesNothing},
		"adopted with instance":      {doesNothing, doesNothing, doesNothing, doesNothing, doesNothing, regenerates, mayRegenerate, doesNothing, doesNothing},
		"stored":                     {doesNothing, delivers, delivers, doesNothing, delivers, regenerates, mayRegenerate, doesNothing, doesNothing},
		"delivered":                  {doesNothing, doesNothing, regenerates, doesNothing, mayRegenerate, regenerates, mayRegenerate, doesNothing, doesNothing},
		"delivered and stored":       {doesNothing, doesNothing, delivers, doesNothing, delivers, regenerates, mayRegenerate, doesNothing, doesNothing},
		"waiting":                    {regenerates, regenerates, regenerates, regenerates, regenerates, regenerates, regenerates, regenerates, regenerates},
		"waiting and stored":         {delivers, delivers, delivers, doesNothing, delivers, regenerates, mayRegenerate, delivers, delivers},
		"unsettled":                  {regenerates, regenerates, regenerates, regenerates, regenerates, regenerates, regenerates, regenerates, regenerates},
		"due":                        {regenerates, regenerates, regenerates, regenerates, regenerates, regenerates, regenerates, doesNothing, regenerates},
		"instance was removed":       {doesNothing, regenerates, regenerates, doesNothing, mayRegenerate, regenerates, mayRegenerate, doesNothing, doesNothing},
		"waiting, and moved already": {regenerates, regenerates, regenerates, regenerates, regenerates, regenerates, regenerates, regenerates, regenerates},
	}
}

// decided says what applying the plan m to state does.
func (m *tunnelTokenModel) decided(state *tunnelTokenModel) string {
	switch {
	case m.rotates() && m.RotationReason.IsUnknown() && m.RotationOrigin.IsUnknown():
		return mayRegenerate
	case m.rotates():
		return regenerates
	case m.delivers(state):
		return delivers
	default:
		return doesNothing
	}
}

func TestTunnelTokenModel_planDecidesByStateAndConfiguration(t *testing.T) {
	t.Parallel()
	for name, state := range tunnelStates() {
		for i, input := range tunnelInputs() {
			plan := state
			input.change(&plan)
			if diags := planned(&plan, &state, false); diags.HasError() {
				t.Errorf("%s, %s: %v", name, input.name, diags)
			}
			if got, want := plan.decided(&state), tunnelDecisions()[name][i]; got != want {
				t.Errorf("%s, %s: the plan %s, want that it %s", name, input.name, got, want)
			}
			// What an instance has taken over once, it will take over or the apply fails.
			again := state.attemptedAt().IsZero() && state.Delivered.ValueBool() && plan.Instance.Equal(state.Instance)
			if got, want := plan.Delivered.IsUnknown(), !again && !plan.Instance.IsNull() && (plan.decided(&state) != doesNothing || plan.Instance.IsUnknown()); got != want {
				t.Errorf("%s, %s: delivered is open: %t, want %t", name, input.name, got, want)
			}
		}
	}
}

// Whatever is applied, it comes out as planned, and the next plan is empty.
func TestTunnelTokenModel_appliedPlansHoldAndLeaveNothingToDo(t *testing.T) {
	t.Parallel()
	for name, state := range tunnelStates() {
		for _, input := range tunnelInputs() {
			plan := state
			input.change(&plan)
			planned(&plan, &state, false)
			if plan.Instance.IsUnknown() || input.name == "unknown triggers" {
				// The plan is made again when these are known.
				continue
			}
			applied := state
			applied.apply(&plan, plan.carriedOut(&state), nil, appliedAt(), &rotationMemory{})
			expectKept(t, name+", "+input.name, reflect.ValueOf(plan), reflect.ValueOf(applied))

			next := applied
			planned(&next, &applied, false)
			if got := next.decided(&applied); got != doesNothing || !reflect.DeepEqual(next, applied) {
				t.Errorf("%s, %s: the plan after the apply %s", name, input.name, got)
			}
		}
	}
}

// carriedOut is what applying the plan m reports where nothing fails.
func (m *tunnelTokenModel) carriedOut(state *tunnelTokenModel) tunnel.Report {
	var report tunnel.Report
	decided := m.decided(state)
	if decided == regenerates {
		report.RegeneratedAt, report.Tunnel = appliedAt(), cloud.Tunnel{Token: "new", Name: "tunnel1"}
	}
	if decided != doesNothing && !m.Instance.IsNull() {
		report.DeliveredAt = appliedAt()
	}
	return report
}

// expectKept fails where an attribute that the plan knows is another one after
// the apply, which Terraform does not accept.
func expectKept(t *testing.T, name string, plan, applied reflect.Value) {
	t.Helper()
	for i := range plan.NumField() {
		field := plan.Type().Field(i)
		if field.Name == "Timeouts" {
			continue
		}
		if field.Anonymous {
			expectKept(t, name, plan.Field(i), applied.Field(i))
			continue
		}
		planned, ok := plan.Field(i).Interface().(attr.Value)
		if got := applied.Field(i).Interface(); ok && !planned.IsUnknown() && !reflect.DeepEqual(got, planned) {
			t.Errorf("%s: %s is %v, planned was %v", name, field.Name, got, planned)
		}
	}
}

func TestTunnelTokenModel_creationDecidesByRotateOnCreate(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		rotateOnCreate types.Bool
		want           string
	}{
		"true":    {types.BoolValue(true), regenerates},
		"false":   {types.BoolValue(false), doesNothing},
		"unknown": {types.BoolUnknown(), mayRegenerate},
	} {
		plan := tunnelState(handedTo("jira"), notStored)
		plan.RotateOnCreate = test.rotateOnCreate
		if diags := (tunnelPlanner{}).creation(t.Context(), &plan); diags.HasError() {
			t.Errorf("%s: %v", name, diags)
		}
		if got := plan.decided(&tunnelTokenModel{}); got != test.want {
			t.Errorf("%s: the plan %s, want that it %s", name, got, test.want)
		}
	}
}

func TestTunnelTokenModel_importRecordsTriggersWithoutRegenerating(t *testing.T) {
	t.Parallel()
	state := tunnelState()
	state.RotateTriggers = types.MapNull(types.StringType)
	plan := state
	plan.RotateTriggers = triggersOf(types.StringValue("1"))
	diags := planned(&plan, &state, true)
	if got := plan.decided(&state); got != doesNothing || diags.WarningsCount() != 1 {
		t.Errorf("the plan %s, with %v", got, diags)
	}
}

func TestTunnelTokenModel_failedStepsAreMadeGood(t *testing.T) {
	t.Parallel()
	state := tunnelState(handedTo("jira"), rotatedOnce, delivered, notStored)
	for name, report := range map[string]tunnel.Report{
		"not delivered": {RegeneratedAt: appliedAt(), Tunnel: cloud.Tunnel{Token: "new"}, Undelivered: true},
		"unsettled":     {AttemptedAt: appliedAt()},
	} {
		plan := state
		plan.RotateTriggers = triggersOf(types.StringValue("2"))
		planned(&plan, &state, false)
		applied := state
		applied.apply(&plan, report, errNotConfigured, appliedAt(), &rotationMemory{})
		if !applied.Token.IsNull() || !applied.RotateTriggers.Equal(plan.RotateTriggers) {
			t.Errorf("%s: state %+v", name, applied)
		}
		next := applied
		planned(&next, &applied, false)
		if got := next.decided(&applied); got != regenerates || !next.RotationAttemptedAt.IsUnknown() {
			t.Errorf("%s: the next plan %s", name, got)
		}
	}
}

// planned plans the update of state.
func planned(plan, state *tunnelTokenModel, imported bool) diag.Diagnostics {
	return tunnelPlanner{unsettledProvider()}.update(plan, state, rotationMemory{Imported: imported})
}

// unsettledProvider is a provider of which nothing is known yet, and which
// therefore finds no fault with what is planned.
func unsettledProvider() *providerData {
	return &providerData{instancesUnknown: true, cloudUnknown: true}
}
