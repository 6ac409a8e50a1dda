// SPDX-License-Identifier: MPL-2.0

package simulator

import "slices"

// States of a node that the status endpoint answers with 200, 503 and 500.
const (
	stateRunning     = "RUNNING"
	stateMaintenance = "MAINTENANCE"
	stateError       = "ERROR"
)

// upgradeStable is the state of a cluster that is in no zero-downtime upgrade.
const upgradeStable = "STABLE"

// set changes the instance's state under the lock.
func (i *Instance) set(change func()) {
	i.simulator.mu.Lock()
	defer i.simulator.mu.Unlock()
	change()
}

// SetState sets the state that the status endpoint tells: RUNNING, STARTING,
// STOPPING, FIRST_RUN, MAINTENANCE or ERROR.
func (i *Instance) SetState(state string) {
	i.set(func() { i.state = state })
}

// SetUpgradeState sets the state of the zero-downtime upgrade: STABLE,
// READY_TO_UPGRADE, MIXED, READY_TO_RUN_UPGRADE_TASKS, RUNNING_UPGRADE_TASKS
// or UPGRADE_TASKS_FAILED.
func (i *Instance) SetUpgradeState(state string) {
	i.set(func() { i.upgradeState = state })
}

// SetNodes sets the nodes of the cluster; none is a single node that is no
// cluster.
func (i *Instance) SetNodes(nodes []Node) {
	i.set(func() { i.nodes = slices.Clone(nodes) })
}

// SetBasicAuthDisabled sets whether administrators switched basic
// authentication off:
// https://confluence.atlassian.com/enterprise/disabling-basic-authentication-1044776464.html.
func (i *Instance) SetBasicAuthDisabled(disabled bool) {
	i.set(func() { i.basicAuthDisabled = disabled })
}

// SetKeyAPI sets whether the AES key management API exists, whatever the
// version says. Without it its paths answer 404.
func (i *Instance) SetKeyAPI(enabled bool) {
	i.set(func() { i.keyAPI = enabled })
}

// SetTunnelApp sets whether the Application tunnels app is installed. Without
// it its path answers 404.
func (i *Instance) SetTunnelApp(installed bool) {
	i.set(func() { i.tunnelApp = installed })
}

// SetRotationSupported sets whether the instance can rotate at all. Bitbucket
// then answers 501, which it documents, and the others 406.
func (i *Instance) SetRotationSupported(supported bool) {
	i.set(func() { i.rotationSupported = supported })
}

// SetRotating sets whether a rotation is under way elsewhere, so that another
// one is refused with 406. That this is one of the documented "invalid
// conditions" is a [guess].
func (i *Instance) SetRotating(rotating bool) {
	i.set(func() { i.rotating = rotating })
}

// SetWebSudo sets whether administrative endpoints want a secure administrator
// session from everything but basic authentication. Which endpoints do is a
// [guess].
func (i *Instance) SetWebSudo(required bool) {
	i.set(func() { i.webSudo = required })
}

// ClearCaptcha forgets failed logins, as an administrator can.
func (i *Instance) ClearCaptcha() {
	i.set(func() { i.failedLogins = 0 })
}

// SetRateLimit limits the requests of each user; nil lifts the limit.
func (i *Instance) SetRateLimit(limit *RateLimit) {
	i.set(func() { i.buckets = newTokenBuckets(limit) })
}
