// SPDX-License-Identifier: MPL-2.0

package trials

import (
	"fmt"
	"net/http"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

// operations lists everything that the matrix tries.
func operations() []operation {
	var all []operation
	for _, family := range [][]operation{rotationOperations(), tunnelOperations(), apiKeyOperations(), allTokenOperations(), actionOperations()} {
		all = append(all, family...)
	}
	return all
}

// destroyed is a configuration of a resource that is destroyed.
func (o operation) destroyed() object {
	switch o.typeName {
	case rotationType:
		return object{"instance": "jira", "delete_inactive_keys_on_destroy": true}
	case tunnelType:
		return object{"hostname": tunnelID, "instance": "jira"}
	case personalTokenType, httpTokenType:
		return o.tokens
	default:
		return object{"label": "a"}
	}
}

// applies is an operation that applies its configuration, or no longer has one.
func applies(name, typeName string, config object) operation {
	return operation{family: typeName, name: name, typeName: typeName, config: config, perform: func(tr *trial) { tr.apply(tr.operation.config) }}
}

func (o operation) rotating() operation {
	o.rotates = true
	return o
}

func (o operation) ending(keys ...string) operation {
	o.ends = keys
	return o
}

// after has a configuration applied before.
func (o operation) after(config object, more ...func(*trial)) operation {
	o.prepare = func(tr *trial) {
		tr.apply(config)
		tr.mustNotFail("preparing", tr.said)
		for _, lead := range more {
			lead(tr)
		}
	}
	return o
}

func (o operation) performing(perform func(*trial)) operation {
	o.perform = perform
	return o
}

func refreshing(tr *trial) {
	tr.hear(tr.resource.Refresh(tr.t))
}

func later(d time.Duration) func(*trial) {
	return func(tr *trial) { tr.Clock.Advance(d) }
}

func rotationOperations() []operation {
	jira := object{"instance": "jira"}
	adopted := merged(jira, object{"rotate_on_create": false})
	atOnce := object{"inactive_key_retention": "0s"}
	deleting := merged(adopted, object{"delete_inactive_keys_on_destroy": true})
	return []operation{
		applies("create", rotationType, jira).rotating(),
		applies("create and delete at once", rotationType, merged(jira, atOnce)).rotating(),
		applies("adopt", rotationType, adopted),
		applies("read", rotationType, adopted).after(adopted).performing(refreshing),
		applies("read a rotation elsewhere", rotationType, adopted).after(adopted, func(tr *trial) { tr.jira.Rotate(); tr.rotations = tr.jira.Rotations() }).performing(refreshing),
		applies("update by triggers", rotationType, merged(jira, released("2"))).rotating().after(merged(jira, released("1"))),
		applies("update by triggers, and delete at once", rotationType, merged(jira, released("2"), atOnce)).rotating().ending("old-key").
			after(merged(jira, released("1"), atOnce, object{"rotate_on_create": false})),
		applies("update by schedule", rotationType, merged(jira, object{"rotation_interval": "90d"})).rotating().
			after(merged(jira, object{"rotation_interval": "90d"}), later(91*day)),
		applies("update by retention", rotationType, merged(adopted, object{"inactive_key_retention": "30d"})).ending("old-key").
			after(merged(adopted, object{"inactive_key_retention": "30d"}), later(31*day)),
		applies("update by schedule and retention", rotationType, merged(jira, object{"rotation_interval": "90d", "inactive_key_retention": "30d"})).rotating().ending("old-key").
			after(merged(jira, object{"rotation_interval": "90d", "inactive_key_retention": "30d"}), later(91*day)),
		applies("retry", rotationType, merged(jira, released("2"))).rotating().after(merged(jira, released("1")), losing("2", false)),
		applies("find an attempt", rotationType, merged(jira, released("2"))).after(merged(jira, released("1")), losing("2", true)),
		applies("decide anew while an attempt is open", rotationType, merged(jira, released("3"))).rotating().after(merged(jira, released("1")), losing("2", true)).
			performing(func(tr *trial) { tr.applyWithoutRefresh(tr.operation.config) }),
		applies("import", rotationType, adopted).performing(func(tr *trial) { tr.hear(tr.resource.Import(tr.t, "jira")) }),
		applies("delete", rotationType, nil).after(adopted).performing(func(tr *trial) { tr.destroy(adopted) }),
		applies("delete with the keys", rotationType, nil).ending("old-key").after(deleting).performing(func(tr *trial) { tr.destroy(deleting) }),
	}
}

// losing has the answer to a rotation by triggers lost, which did happen or did
// not.
func losing(release string, happened bool) func(*trial) {
	return func(tr *trial) {
		tr.jira.Inject(simulator.Fault{Method: http.MethodPost, Path: "/keys/rotate", Status: http.StatusBadGateway, After: happened})
		if happened {
			tr.jira.Inject(simulator.Fault{Method: http.MethodGet, Path: "/keys/inactive", Status: http.StatusServiceUnavailable, Skip: 2})
		}
		tr.apply(object{"instance": "jira", "rotate_triggers": object{"release": release}})
		tr.clearFaults()
		if !tr.open() {
			tr.t.Fatalf("no attempt is open: %q", tr.said.Errors())
		}
	}
}

func tunnelOperations() []operation {
	stored := object{"hostname": tunnelID}
	handed := merged(stored, object{"instance": "jira"})
	both := merged(handed, object{"store_token": true})
	return []operation{
		applies("create", tunnelType, handed).rotating(),
		applies("create and store", tunnelType, stored).rotating(),
		applies("create, store and deliver", tunnelType, both).rotating(),
		applies("adopt", tunnelType, merged(handed, object{"rotate_on_create": false})),
		applies("read", tunnelType, handed).after(handed).performing(refreshing),
		applies("update by triggers", tunnelType, merged(handed, released("2"))).rotating().after(merged(handed, released("1"))),
		applies("update by schedule", tunnelType, merged(handed, object{"rotation_interval": "90d"})).rotating().
			after(merged(handed, object{"rotation_interval": "90d"}), later(91*day)),
		applies("deliver", tunnelType, both).after(stored),
		applies("repair by another token", tunnelType, merged(handed, released("2"))).rotating().after(merged(handed, released("1")), undelivered),
		applies("repair by the stored token", tunnelType, merged(both, released("2"))).after(merged(both, released("1")), undelivered),
		applies("import", tunnelType, merged(handed, object{"rotate_on_create": false})).performing(func(tr *trial) { tr.hear(tr.resource.Import(tr.t, tr.organization.ID()+"/"+tunnelID)) }),
		applies("delete", tunnelType, nil).after(handed).performing(func(tr *trial) { tr.destroy(handed) }),
	}
}

// undelivered has a new token made that its instance does not get.
func undelivered(tr *trial) {
	tr.jira.Inject(simulator.Fault{Method: http.MethodPut, Status: http.StatusBadRequest})
	tr.apply(tr.operation.config)
	tr.clearFaults()
	if tr.resource.String(tr.t, "delivered") != "false" {
		tr.t.Fatalf("it was delivered: %q", tr.said.Errors())
	}
}

func apiKeyOperations() []operation {
	a, b := object{"label": "a"}, object{"label": "b"}
	elsewhere := func(tr *trial) { tr.organization.RevokeAPIKey("key-a") }
	return []operation{
		applies("create", apiKeyType, a),
		applies("read", apiKeyType, a).after(a).performing(refreshing),
		applies("read a revocation elsewhere", apiKeyType, a).after(a, elsewhere).performing(refreshing),
		applies("update", apiKeyType, merged(a, object{"warn_before_expiry": "7d"})).after(a),
		applies("replace", apiKeyType, b).ending("key-a").after(a),
		applies("replace, create before destroy", apiKeyType, b).ending("key-a").after(a, func(tr *trial) { tr.resource.CreateBeforeDestroy = true }),
		applies("import", apiKeyType, a).performing(func(tr *trial) { tr.hear(tr.resource.Import(tr.t, "key-a")) }),
		applies("delete", apiKeyType, nil).ending("key-a").after(a).performing(func(tr *trial) { tr.destroy(a) }),
		applies("delete what was revoked", apiKeyType, nil).ending("key-a").after(a, elsewhere).performing(func(tr *trial) { tr.destroy(a) }),
	}
}

func actionOperations() []operation {
	invokes := func(action, typeName string, config object) operation {
		return operation{family: "actions", name: action, typeName: typeName, action: true, perform: func(tr *trial) {
			if tr.cell.hangs() {
				config = merged(config, object{"timeouts": object{"invoke": "3s"}})
			}
			tr.invoke(action, config)
		}}
	}
	revokes := func(tokens object) operation {
		of := invokes("atlassian_dc_revoke_token", personalTokenType, leaked(tokens))
		of.name += fmt.Sprintf(" of %s", tokens["instance"])
		of.tokens, of.prepare = tokens, leaking
		return of
	}
	return []operation{
		invokes("atlassian_dc_rotate_aes_key", rotationType, object{"instance": "jira"}).rotating(),
		invokes("atlassian_dc_delete_inactive_keys", rotationType, object{"instance": "jira"}).ending("old-key"),
		invokes("atlassian_rotate_tunnel_token", tunnelType, object{"hostname": tunnelID, "instance": "jira"}).rotating(),
		invokes("atlassian_revoke_org_api_key", apiKeyType, object{"key_id": "key-a"}).ending("key-a"),
		revokes(object{"instance": "jira"}),
		revokes(object{"instance": "builds"}),
		revokes(object{"instance": "git", "project": "OPS"}),
	}
}
