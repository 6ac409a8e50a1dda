// SPDX-License-Identifier: MPL-2.0

package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

// requestsShown is how many requests of each service are told at once.
const requestsShown = 50

// service is what Cloud and instances have in common.
type service interface {
	Start()
	Stop()
	Inject(fault simulator.Fault)
	ClearFaults()
	CompletePending()
	Requests() []simulator.Request
	ResetLog()
}

// command is something that a running simulator can be told.
type command struct {
	name, arguments, meaning string
	least, most              int // How many arguments; most < 0 is any number.
	do                       func(w *world, arguments []string) (string, error)
}

func commands() []command {
	return []command{
		{"list", "", "what is simulated, and its state", 0, 0, (*world).list},
		{"stop", "NAME", "refuse connections", 1, 1, onService(func(s service) { s.Stop() })},
		{"start", "NAME", "listen again", 1, 1, onService(func(s service) { s.Start() })},
		{"fail", "NAME OPERATION FAULT [TIMES]", "disturb requests, all of them without TIMES", 3, 4, (*world).fail},
		{"list-fault", "PATH FAULT", "break the lists of Cloud whose path ends in PATH, as in /api-keys cursor-cycle; \"\" repairs them", 2, 2, (*world).breakLists},
		{"clear", "NAME", "end all faults", 1, 1, onService(func(s service) { s.ClearFaults() })},
		{"complete", "NAME", "carry out what change-later kept", 1, 1, onService(func(s service) { s.CompletePending() })},
		{"rotate", "INSTANCE", "rotate the AES key, as another administrator would", 1, 1, onInstance(func(i *simulator.Instance, _ []string) (string, error) {
			return i.Rotate() + " is inactive now\n", nil
		})},
		{"delete", "INSTANCE", "delete all inactive keys, as another administrator would", 1, 1, onInstance(func(i *simulator.Instance, _ []string) (string, error) {
			i.DeleteInactiveKeys()
			return "", nil
		})},
		{"restore", "INSTANCE [KEY ...]", "put these inactive keys in the place of those there are", 1, -1, onInstance(func(i *simulator.Instance, keys []string) (string, error) {
			i.RestoreKeys(keys...)
			return "", nil
		})},
		{"lag", "INSTANCE LOOKS", "let new inactive keys be missing from so many looks", 2, 2, onInstance(lag)},
		{"state", "INSTANCE STATE", "RUNNING, STARTING, STOPPING, FIRST_RUN, MAINTENANCE or ERROR", 2, 2, onInstance(func(i *simulator.Instance, state []string) (string, error) {
			i.SetState(state[0])
			return "", nil
		})},
		{"upgrade", "INSTANCE STATE", strings.Join(simulator.UpgradeStates(), ", "), 2, 2, onInstance(func(i *simulator.Instance, state []string) (string, error) {
			i.SetUpgradeState(state[0])
			return "", nil
		})},
		{"expire", "KEY", "let an API key or a token expire now, by label, name or ID", 1, 1, (*world).expire},
		{"revoke", "KEY", "revoke an API key or a token, as another administrator would", 1, 1, (*world).revoke},
		{"advance", "DURATION", "put the clock forward, as in 90d or 36h", 1, 1, (*world).advance},
		{"requests", "[NAME]", "the latest requests", 0, 1, (*world).requests},
		{"forget", "NAME", "forget all requests", 1, 1, onService(func(s service) { s.ResetLog() })},
	}
}

// obey does what a command says and returns what it has to say.
func (w *world) obey(arguments []string) (string, error) {
	if len(arguments) == 0 || arguments[0] == "help" {
		return help(), nil
	}
	for _, candidate := range commands() {
		if candidate.name != arguments[0] {
			continue
		}
		given := len(arguments) - 1
		if given < candidate.least || candidate.most >= 0 && given > candidate.most {
			return "", fmt.Errorf("usage: %s %s", candidate.name, candidate.arguments)
		}
		return candidate.do(w, arguments[1:])
	}
	return "", fmt.Errorf("unknown command %q; try help", arguments[0])
}

func help() string {
	var text strings.Builder
	for _, command := range commands() {
		fmt.Fprintf(&text, "%-38s %s\n", command.name+" "+command.arguments, command.meaning)
	}
	fmt.Fprintf(&text, "\nNAME is an instance or %s.\nOPERATION is any, a method and the end of a path (GET:/status), or one of:\n ", cloudName)
	for _, operation := range operations() {
		text.WriteString(" " + operation.name)
	}
	text.WriteString("\nFAULT is any status or one of:\n ")
	for _, fault := range simulator.NamedFaults() {
		text.WriteString(" " + fault.Name)
	}
	text.WriteString("\n")
	return text.String()
}

// service returns Cloud or the instance of a name.
func (w *world) service(name string) (service, error) {
	if name == cloudName {
		return w.simulator.StartCloud()
	}
	if instance := w.instance(name); instance != nil {
		return instance, nil
	}
	return nil, fmt.Errorf("there is no instance %q; try list", name)
}

func onService(do func(service)) func(*world, []string) (string, error) {
	return func(w *world, arguments []string) (string, error) {
		on, err := w.service(arguments[0])
		if err == nil {
			do(on)
		}
		return "", err
	}
}

func onInstance(do func(*simulator.Instance, []string) (string, error)) func(*world, []string) (string, error) {
	return func(w *world, arguments []string) (string, error) {
		instance := w.instance(arguments[0])
		if instance == nil {
			return "", fmt.Errorf("there is no instance %q; try list", arguments[0])
		}
		return do(instance, arguments[1:])
	}
}

func lag(i *simulator.Instance, arguments []string) (string, error) {
	looks, err := strconv.Atoi(arguments[0])
	if err == nil {
		i.SetListLag(simulator.ListLag{Looks: looks})
	}
	return "", err
}

// operation is a short name for an endpoint.
type operation struct {
	name string
	simulator.Endpoint
}

func operations() []operation {
	return []operation{
		{"any", simulator.Endpoint{}},
		{"rotate", simulator.Endpoint{Method: "POST", Pattern: "/keys/rotate"}},
		{"keys", simulator.Endpoint{Method: "GET", Pattern: "/keys/inactive"}},
		{"delete-keys", simulator.Endpoint{Method: "DELETE", Pattern: "/keys/inactive"}},
		{"status", simulator.Endpoint{Method: "GET", Pattern: "/status"}},
		{"manifest", simulator.Endpoint{Method: "GET", Pattern: "/manifest"}},
		{"audit", simulator.Endpoint{Method: "GET", Pattern: "/rest/auditing/1.0/events"}},
		{"deliver", simulator.Endpoint{Method: "PUT", Pattern: "/rest/secure-tunneling/latest/tunnel/token"}},
		{"regenerate", simulator.Endpoint{Method: "PUT", Pattern: "/tunnels/{hostname}/token"}},
		{"api-keys", simulator.Endpoint{Method: "GET", Pattern: "/api-keys"}},
		{"revoke-key", simulator.Endpoint{Method: "PATCH", Pattern: "/api-keys/revoke/{apiKeyId}"}},
	}
}

func endpointOf(text string) (simulator.Endpoint, error) {
	for _, operation := range operations() {
		if operation.name == text {
			return operation.Endpoint, nil
		}
	}
	method, path, ok := strings.Cut(text, ":")
	if !ok || !strings.HasPrefix(path, "/") {
		return simulator.Endpoint{}, fmt.Errorf("unknown operation %q; try help", text)
	}
	return simulator.Endpoint{Method: strings.ToUpper(method), Pattern: path}, nil
}

func (w *world) fail(arguments []string) (string, error) {
	on, err := w.service(arguments[0])
	if err != nil {
		return "", err
	}
	endpoint, err := endpointOf(arguments[1])
	if err != nil {
		return "", err
	}
	fault, ok := simulator.FaultNamed(arguments[2])
	if !ok {
		return "", fmt.Errorf("unknown fault %q; try help", arguments[2])
	}
	if len(arguments) == 4 {
		if fault.Times, err = strconv.Atoi(arguments[3]); err != nil {
			return "", err
		}
	}
	on.Inject(fault.On(endpoint))
	return "", nil
}

// breakLists sets a fault of lists in every organization.
func (w *world) breakLists(arguments []string) (string, error) {
	fault := simulator.ListFault(arguments[1])
	if fault != "" && !slices.Contains(simulator.ListFaults(), fault) {
		return "", fmt.Errorf("unknown fault of lists %q; there are %q", fault, simulator.ListFaults())
	}
	for _, organization := range w.organizations {
		organization.SetListFault(arguments[0], fault)
	}
	return "", nil
}

func (w *world) expire(arguments []string) (string, error) {
	for _, organization := range w.organizations {
		if organization.ExpireAPIKey(arguments[0]) {
			return "", nil
		}
	}
	if instance, id := w.token(arguments[0]); instance != nil {
		instance.ExpireToken(id)
		return "", nil
	}
	return "", fmt.Errorf("there is no API key and no token %q; try list", arguments[0])
}

func (w *world) revoke(arguments []string) (string, error) {
	for _, organization := range w.organizations {
		for _, key := range organization.APIKeys() {
			if key.RevokedAt.IsZero() && (key.ID == arguments[0] || key.Label == arguments[0]) {
				organization.RevokeAPIKey(key.ID)
				return "", nil
			}
		}
	}
	if instance, id := w.token(arguments[0]); instance != nil {
		instance.RevokeToken(id)
		return "", nil
	}
	return "", fmt.Errorf("there is no active API key and no token %q; try list", arguments[0])
}

// token finds the first token of a name or an ID.
func (w *world) token(nameOrID string) (*simulator.Instance, string) {
	for _, instance := range w.instances {
		for _, token := range instance.Tokens() {
			if token.Name == nameOrID || token.ID == nameOrID {
				return instance.Instance, token.ID
			}
		}
	}
	return nil, ""
}

func (w *world) advance(arguments []string) (string, error) {
	by, err := parseDuration(arguments[0])
	if err != nil {
		return "", err
	}
	w.clock.advance(by)
	return "it is " + w.clock.now().Format(time.RFC3339) + "\n", nil
}

func (w *world) list([]string) (string, error) {
	var text strings.Builder
	fmt.Fprintf(&text, "SIMULATED, at %s\n", w.clock.now().Format(time.RFC3339))
	err := w.report(&text)
	return text.String(), err
}

func (w *world) requests(arguments []string) (string, error) {
	names := []string{cloudName}
	for _, instance := range w.instances {
		names = append(names, instance.Name())
	}
	if len(arguments) > 0 {
		names = arguments
	}
	var text strings.Builder
	for _, name := range names {
		on, err := w.service(name)
		if err != nil {
			return "", err
		}
		requests := on.Requests()
		for _, request := range slices.Clone(requests[max(0, len(requests)-requestsShown):]) {
			fmt.Fprintf(&text, "%s %s %s %s %d\n", request.Time.Format(time.RFC3339), name, request.Method, request.Path, request.Status)
		}
	}
	return text.String(), nil
}
