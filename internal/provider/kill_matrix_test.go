// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/clock"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
	"github.com/keyrotation/terraform-provider-atlassian/internal/terraform"
)

// end is a way in which an apply ends before its time.
type end int

const (
	providerKilled end = iota
	bothKilled
	interrupted
)

func (e end) String() string {
	return [...]string{"SIGKILL of the provider", "SIGKILL of both", "SIGINT"}[e]
}

// blow is when and how an apply is struck: at a moment of the request of a number,
// counted from 1.
type blow struct {
	request int
	moment  simulator.Moment
	end     end
}

func (b blow) String() string {
	return fmt.Sprintf("%s %d, %s", b.moment, b.request, b.end)
}

// killing is an apply that is struck.
type killing struct {
	name string
	// before is applied undisturbed; then so many days pass, as far as state tells.
	before string
	days   int
	// after is what is applied when the blow comes; nothing is a destroy.
	after string
	// rotates tells whether one rotation belongs to it. State learns of it from the
	// apply alone: where that is killed after the request, a second one follows.
	rotates bool
	// finds tells that a refresh settles it though the apply was killed.
	finds bool
	// sample is the cell that is tried where not all are.
	sample blow
	// ends names the API keys that are revoked when all is done.
	ends []string
	// tokens is how many tokens there are to be besides the provider's own while the
	// configuration has one; in the end there is none.
	tokens int
}

func killings() []killing {
	const atOnce, deletion = "inactive_key_retention = \"0s\"\n", "delete_inactive_keys_on_destroy = true\n"
	aes := func(lines string) string {
		return "resource \"atlassian_dc_aes_rotation\" \"test\" {\n instance = \"jira\"\n" + lines + "timeouts = { create = \"20s\", update = \"20s\", delete = \"20s\" }\n}\n"
	}
	token := func(lines string) string {
		return fmt.Sprintf("resource \"atlassian_tunnel_token\" \"test\" {\n hostname = %q\n instance = \"jira\"\n%stimeouts = { create = \"20s\", update = \"20s\" }\n}\n", tunnelID, lines)
	}
	key := func(name, lines string) string { return apiKeyBlock("test", label(name)+lines) }
	robot := func(lines string) string {
		return "resource \"atlassian_dc_personal_access_token\" \"test\" {\n instance = \"jira\"\n name = \"ci\"\n" + lines + "timeouts = { create = \"20s\", update = \"20s\", delete = \"20s\" }\n}\n"
	}
	deploy := func(lines string) string {
		return "resource \"atlassian_bitbucket_http_access_token\" \"test\" {\n instance = \"git\"\n project = \"OPS\"\n name = \"ci\"\n permissions = [\"REPO_READ\"]\n" + lines +
			"timeouts = { create = \"20s\", update = \"20s\", delete = \"20s\" }\n}\n"
	}
	const overlap = "revoke_previous_after = \"7d\"\n"
	const createFirst = "lifecycle {\n create_before_destroy = true\n}\n"
	return []killing{
		{name: "AES key: create", sample: blow{6, simulator.CarriedOut, bothKilled}, after: aes(""), rotates: true},
		{name: "AES key: create and delete at once", after: aes(atOnce), rotates: true},
		{name: "AES key: trigger", sample: blow{6, simulator.Answered, providerKilled}, before: aes(triggered("1")), after: aes(triggered("2")), rotates: true},
		{name: "AES key: trigger and delete at once", sample: blow{8, simulator.Arrived, interrupted}, before: aes(triggered("1") + atOnce), after: aes(triggered("2") + atOnce), rotates: true},
		{name: "AES key: schedule", sample: blow{6, simulator.CarriedOut, providerKilled}, before: aes("rotation_interval = \"7d\"\n"), days: 8, after: aes("rotation_interval = \"7d\"\n"), rotates: true, finds: true},
		{name: "AES key: retention", before: aes("inactive_key_retention = \"7d\"\n"), days: 8, after: aes("inactive_key_retention = \"7d\"\n")},
		{name: "AES key: destroy", sample: blow{2, simulator.CarriedOut, bothKilled}, before: aes(deletion)},
		{name: "tunnel: create", after: token(""), rotates: true},
		{name: "tunnel: trigger", sample: blow{4, simulator.Arrived, providerKilled}, before: token(triggered("1")), after: token(triggered("2")), rotates: true},
		{name: "tunnel: schedule", before: token("rotation_interval = \"7d\"\n"), days: 8, after: token("rotation_interval = \"7d\"\n"), rotates: true},
		{name: "API key: create", after: key("a", "")},
		{name: "API key: replacement", sample: blow{2, simulator.CarriedOut, bothKilled}, before: key("a", ""), after: key("b", ""), ends: []string{"a-id"}},
		{name: "API key: replacement, created first", before: key("a", createFirst), after: key("b", createFirst), ends: []string{"a-id"}},
		{name: "personal token: trigger", sample: blow{2, simulator.CarriedOut, bothKilled}, before: robot(triggered("1")), after: robot(triggered("2")), tokens: 1},
		{name: "personal token: destroy", before: robot(""), tokens: 1},
		{name: "Bitbucket token: create", sample: blow{2, simulator.CarriedOut, bothKilled}, after: deploy(""), tokens: 1},
		{name: "Bitbucket token: trigger, with an overlap", sample: blow{2, simulator.CarriedOut, providerKilled}, before: deploy(triggered("1") + overlap), after: deploy(triggered("2") + overlap), tokens: 2},
		{name: "Bitbucket token: destroy", before: deploy(""), tokens: 1},
		{name: "API key: destroy", sample: blow{1, simulator.Arrived, interrupted}, before: key("a", ""), ends: []string{"a-id"}},
	}
}

// TestAccKill_everyApplyIsTakenUpWhereItWasStruckDown ends applies as a killed
// runner does and as Ctrl+C does, and lets two undisturbed ones and a destroy
// follow. With SOAK=1 it does so at each moment of each of their requests, with
// SOAK=7 at every seventh of those, and otherwise at one of each apply.
func TestAccKill_everyApplyIsTakenUpWhereItWasStruckDown(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("skipped: Windows has no POSIX shell and no signals")
	}
	tried := killTally{tried: map[string]int{}, held: map[string]int{}}
	t.Cleanup(func() { t.Log(tried.String()) })
	for number, killing := range killings() {
		t.Run(killing.name, func(t *testing.T) {
			t.Parallel()
			blows := []blow{killing.sample}
			if stride, _ := strconv.Atoi(os.Getenv("SOAK")); stride > 0 {
				blows = everyBlow(newScene(t, killing).requests(), number, stride)
			} else if killing.sample == (blow{}) {
				t.Skip("skipped: without SOAK the samples of the other applies stand for this one")
			}
			for _, blow := range blows {
				t.Run(blow.String(), func(t *testing.T) {
					t.Parallel()
					defer func() { tried.count(killing, blow, !t.Failed()) }()
					newScene(t, killing).strike(blow)
				})
			}
		})
	}
}

// everyBlow returns every so many-th cell of an apply with so many requests.
func everyBlow(requests, first, stride int) []blow {
	var blows []blow
	for request := range requests {
		for _, moment := range []simulator.Moment{simulator.Arrived, simulator.CarriedOut, simulator.Answered} {
			for _, end := range []end{providerKilled, bothKilled, interrupted} {
				blows = append(blows, blow{request + 1, moment, end})
			}
		}
	}
	var chosen []blow
	for n := first % stride; n < len(blows); n += stride {
		chosen = append(chosen, blows[n])
	}
	return chosen
}

// killTally counts the cells tried and held by kind.
type killTally struct {
	mutex       sync.Mutex
	tried, held map[string]int
}

func (k *killTally) count(killing killing, blow blow, held bool) {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	for _, kind := range []string{"all", killing.name, blow.moment.String(), blow.end.String()} {
		k.tried[kind]++
		if held {
			k.held[kind]++
		}
	}
}

func (k *killTally) String() string {
	text := "applies struck down, by kind:"
	for _, kind := range slices.Sorted(maps.Keys(k.tried)) {
		text += fmt.Sprintf("\n%-40s tried %3d, held %3d", kind, k.tried[kind], k.held[kind])
	}
	return text
}

const stateFile = "terraform.tfstate"

// scene is an estate and the workspace that an apply is struck in.
type scene struct {
	*acctest.MortalWorkspace
	killing
	striker

	t            *testing.T
	estate       *acctest.Estate
	jira, git    *simulator.Instance
	organization *simulator.Organization
	tunnel       *simulator.Tunnel
	// plan is the file of the last plan.
	plan string
	// strays is how many tokens a killed creation has left.
	strays int
	// story is what was said from the blow on.
	story strings.Builder
}

func newScene(t *testing.T, killing killing) *scene {
	t.Helper()
	s := &scene{t: t, killing: killing, plan: filepath.Join(t.TempDir(), "plan")}
	s.striker.requests = map[*http.Request]int{}
	s.estate = acctest.NewEstate(t, simulator.WithWitness(s.witness), simulator.WithClock(clock.System{}.Now), simulator.WithSleep(clock.System{}.Sleep))
	s.jira = s.estate.AddInstance(simulator.InstanceConfig{Name: "jira", Product: simulator.Jira, Token: "jira-token", InactiveKeys: []string{"old-key"}})
	s.git = s.estate.AddInstance(simulator.InstanceConfig{Name: "git", Product: simulator.Bitbucket, Password: "git-password", Projects: map[string][]string{"OPS": {"tools"}}})
	own := lasting("terraform")
	own.ID = ownKeyID
	s.organization = s.estate.AddOrganization(simulator.OrganizationConfig{APIKeys: []simulator.APIKey{own, lasting("a"), lasting("b")}})
	s.tunnel = s.organization.AddTunnel(simulator.TunnelConfig{ID: tunnelID, Name: "tunnel1", Instance: s.jira})
	s.estate.Setenv("ATLASSIAN_API_KEY_ID", ownKeyID)
	s.MortalWorkspace = s.estate.NewMortalWorkspace(t)
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(s.story.String())
		}
	})
	return s
}

// requests counts those of the undisturbed apply.
func (s *scene) requests() int {
	s.t.Helper()
	s.prepare()
	s.arm(blow{})
	s.MustRun(0, "apply", s.plan)
	return s.disarm()
}

// prepare leads up to the apply that is to be struck, and returns what its plan
// says.
func (s *scene) prepare() string {
	s.t.Helper()
	if s.before != "" {
		s.MustConfigure(s.estate.ProviderBlock() + s.before)
		s.MustRun(0, "apply", "-auto-approve")
		s.age()
	}
	if s.after == "" {
		return s.MustRun(0, "plan", "-destroy", "-out="+s.plan).Stdout
	}
	s.MustConfigure(s.estate.ProviderBlock() + s.after)
	return s.MustRun(0, "plan", "-out="+s.plan).Stdout
}

// age makes all times in state as many days older as the killing wants.
func (s *scene) age() {
	s.t.Helper()
	path := filepath.Join(s.Dir, stateFile)
	text, err := os.ReadFile(path)
	if err != nil {
		s.t.Fatal(err)
	}
	aged := regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`).ReplaceAllStringFunc(string(text), func(stamp string) string {
		at, err := time.Parse(time.RFC3339, stamp)
		if err != nil {
			s.t.Fatal(err)
		}
		return at.AddDate(0, 0, -s.days).Format(time.RFC3339)
	})
	if err := os.WriteFile(path, []byte(aged), 0o600); err != nil {
		s.t.Fatal(err)
	}
}

// strike strikes the apply and checks that others end what it began.
func (s *scene) strike(blow blow) {
	s.t.Helper()
	said := s.prepare()
	rotations := s.rotations()
	s.mustAnnounce(said, s.gone(func() { s.struckApply(blow) }))
	s.countStrays(blow)
	struck := s.rotations() - rotations
	if s.after == "" {
		s.destroy()
		s.checkRevoked()
		s.checkTokens(0)
		return
	}
	announced := s.converge()
	s.checkRotations(blow, struck, s.rotations()-rotations, announced)
	s.checkRevoked()
	s.checkTokens(s.tokens)
	s.destroy()
	s.checkTokens(0)
}

func (s *scene) struckApply(blow blow) {
	s.t.Helper()
	s.arm(blow)
	run := s.start(func() *terraform.Run { return s.MustStart("apply", s.plan) }, s.KillProvider)
	result, err := run.Wait()
	s.jira.WaitIdle()
	s.git.WaitIdle()
	s.estate.Simulator.Cloud().WaitIdle()
	if requests := s.disarm(); requests < blow.request {
		s.t.Fatalf("the apply made %d requests only: %v\n%s%s", requests, err, result.Stdout, result.Stderr)
	}
	if s.failure != nil {
		s.t.Fatalf("the blow failed: %v", s.failure)
	}
	s.tell("struck apply", result)
}

func (s *scene) tell(what string, result terraform.Result) {
	fmt.Fprintf(&s.story, "%s: exit code %d\n%s%s\n", what, result.ExitCode, result.Stdout, result.Stderr)
}

// converge applies twice at most, until the plan is empty, and returns what the
// plans said.
func (s *scene) converge() string {
	s.t.Helper()
	announced := ""
	for applies := 0; ; applies++ {
		plan, err := s.Run(s.t.Context(), "plan", "-detailed-exitcode", "-out="+s.plan)
		announced += plan.Stdout
		s.tell("plan", plan)
		switch {
		case plan.ExitCode == 0:
			return announced
		case err != nil, plan.ExitCode != 2, applies == 2:
			s.t.Fatalf("the plan after %d applies ends with exit code %d: %v", applies, plan.ExitCode, err)
		}
		s.mustAnnounce(plan.Stdout, s.gone(func() {
			s.tell("apply", s.MustRun(0, "apply", s.plan))
		}))
	}
}

func (s *scene) destroy() {
	s.t.Helper()
	var said terraform.Result
	gone := s.gone(func() { said = s.MustRun(0, "destroy", "-auto-approve") })
	s.mustAnnounce(said.Stdout, gone)
	if left := acctest.ReadStateFile(s.t, filepath.Join(s.Dir, stateFile)); len(left) > 0 {
		s.t.Errorf("destroy leaves %d resources", len(left))
	}
}

// gone returns the keys that do not outlive act, apart from the one that a
// rotation retires and deletes at once: that has no name before.
func (s *scene) gone(act func()) []string {
	before, active := s.keys(), s.jira.ActiveKey()
	act()
	left := s.keys()
	return slices.DeleteFunc(before, func(name string) bool {
		return slices.Contains(left, name) || name == active && strings.Contains(s.before+s.after, `"0s"`)
	})
}

func (s *scene) mustAnnounce(plan string, names []string) {
	s.t.Helper()
	for _, name := range names {
		if !strings.Contains(plan, name) {
			s.t.Errorf("%s has gone unannounced", name)
		}
	}
}

// keys returns the names of all keys that there are.
func (s *scene) keys() []string {
	names := append(s.jira.InactiveKeys(), s.jira.ActiveKey())
	for _, token := range s.git.Tokens() {
		names = append(names, token.ID)
	}
	for _, key := range s.organization.APIKeys() {
		if key.RevokedAt.IsZero() {
			names = append(names, key.ID)
		}
	}
	return names
}

func (s *scene) rotations() int {
	return s.jira.Rotations() + s.tunnel.Regenerations()
}

// checkRotations allows for a second rotation only where the first one was sent
// and nobody but the killed process knew of it.
func (s *scene) checkRotations(blow blow, struck, all int, announced string) {
	s.t.Helper()
	if !s.rotates {
		if all != 0 {
			s.t.Errorf("%d rotations, want none", all)
		}
		return
	}
	most := 1
	if struck > 0 && blow.end != interrupted && !s.finds {
		most = 2
	}
	if all < 1 || all > most {
		s.t.Errorf("%d rotations, want 1 to %d", all, most)
	}
	if all > struck && !strings.Contains(announced, "planned: ") {
		s.t.Error("the rotation that came after the blow was not announced")
	}
	if s.tunnel.Regenerations() > 0 && (!s.tunnel.Connected() || s.jira.TunnelToken() != s.tunnel.Token()) {
		s.t.Error("the tunnel is down")
	}
}

func (s *scene) checkRevoked() {
	s.t.Helper()
	verify(s.t, revokedKeys(s.organization, s.ends...))
}

// made is how many tokens there are besides the one that the provider has.
func (s *scene) made() int {
	return len(s.jira.Tokens()) + len(s.git.Tokens()) - 1
}

// countStrays allows for the token of a creation that was killed before it could
// save it: nobody knows of it.
func (s *scene) countStrays(blow blow) {
	if s.tokens > 0 && s.before == "" && blow.end != interrupted && len(s.savedResources()) == 0 {
		s.strays = s.made()
	}
}

// savedResources are those in state; none where a killed CLI has written none.
func (s *scene) savedResources() []acctest.StoredResource {
	s.t.Helper()
	path := filepath.Join(s.Dir, stateFile)
	if info, err := os.Stat(path); errors.Is(err, os.ErrNotExist) || err == nil && info.Size() == 0 {
		return nil
	}
	return acctest.ReadStateFile(s.t, path)
}

// checkTokens expects so many tokens besides those that nobody knows of.
func (s *scene) checkTokens(managed int) {
	s.t.Helper()
	if made := s.made() - s.strays; s.tokens > 0 && made != managed {
		s.t.Errorf("%d tokens, want %d", made, managed)
	}
}

// striker strikes a run of the CLI when a request of it comes to the blow.
type striker struct {
	mutex    sync.Mutex
	blow     blow
	armed    bool
	seen     int
	requests map[*http.Request]int

	run          *terraform.Run
	killProvider func() error
	failure      error
}

func (s *striker) arm(blow blow) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.blow, s.armed, s.seen = blow, true, 0
}

// disarm returns how many requests there were.
func (s *striker) disarm() int {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.armed = false
	return s.seen
}

// start starts the run that is to be struck; no request of it passes before that
// is known.
func (s *striker) start(start func() *terraform.Run, killProvider func() error) *terraform.Run {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.run, s.killProvider = start(), killProvider
	return s.run
}

// witness strikes where the moment has come. What was under way then goes no
// further, unless the client is still there to be answered.
func (s *striker) witness(moment simulator.Moment, r *http.Request) {
	// The server does not see that a client is gone that has already sent its next
	// request on the connection.
	if server, ok := r.Context().Value(http.ServerContextKey).(*http.Server); ok {
		server.SetKeepAlivesEnabled(false)
	}
	if !s.comes(moment, r) {
		return
	}
	err := s.end()
	gone := clock.System{}.Sleep(r.Context(), s.blow.end.patience()) != nil
	if err == nil && !gone && s.blow.end != interrupted {
		err = errors.New("the provider has survived")
	}
	s.mutex.Lock()
	s.failure = err
	s.mutex.Unlock()
	if gone && moment != simulator.Answered {
		panic(http.ErrAbortHandler)
	}
}

// comes reports whether the blow falls now.
func (s *striker) comes(moment simulator.Moment, r *http.Request) bool {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if moment == simulator.Arrived {
		s.seen++
		s.requests[r] = s.seen
	}
	falls := s.armed && moment == s.blow.moment && s.requests[r] == s.blow.request
	if falls {
		s.armed = false
	}
	return falls
}

func (s *striker) end() error {
	switch s.blow.end {
	case interrupted:
		return s.run.Interrupt()
	case bothKilled:
		// Otherwise it would see the provider die, and save that.
		if err := s.run.Kill(); err != nil {
			return err
		}
	}
	return s.killProvider()
}

// patience is how long a client has to vanish. A request that is not given up
// when Ctrl+C is pressed goes on after it.
func (e end) patience() time.Duration {
	if e == interrupted {
		return time.Second
	}
	return time.Minute
}
