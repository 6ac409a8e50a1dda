// SPDX-License-Identifier: MPL-2.0

package datacenter

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/transport"
	"github.com/keyrotation/terraform-provider-atlassian/internal/clock"
)

const (
	manifestPath  = "/rest/applinks/1.0/manifest"
	jiraStatePath = "/rest/api/2/cluster/zdu/state"
	jiraNodesPath = "/rest/api/2/cluster/nodes"
	clusterPath   = "/rest/zdu/cluster"
	crowdPath     = "/rest/admin/1.0/server-info"

	getKeys = "GET " + inactivePath + " as admin"
)

var (
	absent  = answers(404, `{"message":"HTTP 404 Not Found","status-code":404}`)
	noXML   = inForm(404, "application/xml", `<?xml version="1.0"?><status><status-code>404</status-code></status>`)
	toLogin = inForm(302, "text/plain", "")
)

// healthyJira answers everything that a preflight asks.
func healthyJira() map[string]reply {
	return map[string]reply{
		"/status":     answers(200, `{"state":"RUNNING"}`),
		manifestPath:  answers(200, `{"typeId":"jira","version":"10.3.12","url":"https://jira.example.com"}`),
		inactivePath:  answers(200, `{"inactiveKeys":["k1","k2"]}`),
		jiraStatePath: answers(200, `{"state":"STABLE","build":{"version":"10.3.12"}}`),
		jiraNodesPath: answers(200, `[{"nodeId":"a","nodeVersion":"10.3.12","state":"ACTIVE","alive":true},{"nodeId":"b","nodeVersion":"10.3.12","state":"ACTIVE","alive":true}]`),
	}
}

// healthy answers as another product, whose cluster is asked at clusterPath.
func healthy(product string) map[string]reply {
	replies := healthyJira()
	replies[manifestPath] = answers(200, `{"typeId":"`+product+`","version":"9.5.0"}`)
	replies[clusterPath] = answers(200, `{"state":"STABLE","upgradeModeEnabled":false,"originalVersion":"9.5.0","nodes":[{"id":"a","version":"9.5.0","state":"ACTIVE"}]}`)
	delete(replies, jiraStatePath)
	delete(replies, jiraNodesPath)
	return replies
}

// aMoment is what it takes until everything is asked that goes side by side.
const aMoment = time.Millisecond

func later(answer reply) reply {
	return func(request *http.Request) (*http.Response, error) {
		if err := (clock.System{}).Sleep(request.Context(), aMoment); err != nil {
			return nil, err
		}
		return answer(request)
	}
}

func with(replies map[string]reply, path string, answer reply) map[string]reply {
	changed := maps.Clone(replies)
	changed[path] = answer
	return changed
}

// checkReady runs a preflight in a bubble, in the time that a rotation has.
func checkReady(t *testing.T, replies map[string]reply) (ready Readiness, script *scripted, err error) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		instance, asked := newScripted(t, replies)
		ctx, cancel := context.WithTimeout(t.Context(), allowed)
		defer cancel()
		script = asked
		ready, err = instance.CheckReady(ctx)
	})
	return ready, script, err
}

// The answers of side questions, and what follows from them.
func TestCheckReady_letsOnlySafetyQuestionsRefuse(t *testing.T) {
	t.Parallel()
	state := func(state string) reply { return answers(200, `{"state":"`+state+`"}`) }
	nodes := func(nodes string) reply { return answers(200, "["+nodes+"]") }
	cluster := func(state, nodes string) reply { return answers(200, `{"state":"`+state+`","nodes":[`+nodes+`]}`) }
	unknown := with(with(healthy(""), jiraStatePath, absent), manifestPath, toLogin)
	type row struct {
		replies map[string]reply
		path    string
		answer  reply
		// refusal is a part of the error, empty where the key may be rotated;
		// warns a part of the one warning, empty for none.
		refusal, warns string
		// untold is true where nobody learns the product.
		untold bool
	}
	rows := map[string]row{
		"all is well":             {replies: healthyJira()},
		"all is well, Confluence": {replies: healthy(Confluence)},
		"all is well, Bitbucket":  {replies: healthy("stash")},

		"cluster told neither, Jira":         {replies: with(healthyJira(), jiraNodesPath, absent), path: jiraStatePath, answer: answers(200, `{}`), warns: "Nobody could check whether the cluster"},
		"Jira is not clustered":              {replies: with(healthyJira(), jiraStatePath, absent), path: jiraNodesPath, answer: answers(405, `{}`)},
		"a gateway refuses Jira's nodes":     {replies: with(healthyJira(), jiraStatePath, absent), path: jiraNodesPath, answer: showsPage(405), warns: "Nobody could check whether the cluster"},
		"Confluence is not clustered":        {replies: healthy(Confluence), path: clusterPath, answer: answers(403, `{}`)},
		"a gateway refuses Confluence's":     {replies: healthy(Confluence), path: clusterPath, answer: showsPage(403), warns: "Nobody could check whether the cluster"},
		"Bitbucket is not clustered":         {replies: healthy("stash"), path: clusterPath, answer: answers(403, `{}`)},
		"Confluence, mixed":                  {replies: healthy(Confluence), path: clusterPath, answer: cluster("MIXED", ""), refusal: "MIXED"},
		"Confluence, two versions":           {replies: healthy(Confluence), path: clusterPath, answer: cluster("STABLE", `{"version":"9.2.1"},{"version":"9.2.2","state":"ACTIVE"}`), refusal: "9.2.1, 9.2.2"},
		"Bitbucket, a node that is gone":     {replies: healthy(Bitbucket), path: clusterPath, answer: cluster("STABLE", `{"version":"9.5.1"},{"version":"9.5.0","state":"OFFLINE"}`)},
		"Bitbucket, versions without state":  {replies: healthy(Bitbucket), path: clusterPath, answer: answers(200, `{"nodes":[{"version":"9.5.1"}]}`)},
		"Jira, two versions":                 {replies: healthyJira(), path: jiraNodesPath, answer: nodes(`{"nodeVersion":"10.3.1","alive":true},{"nodeVersion":"10.3.2"}`), refusal: "10.3.1, 10.3.2"},
		"Jira, a node that is gone":          {replies: healthyJira(), path: jiraNodesPath, answer: nodes(`{"nodeVersion":"10.3.1","alive":false},{"nodeVersion":"10.3.2"}`)},
		"a state of the future":              {replies: healthyJira(), path: jiraStatePath, answer: state("PONDERING"), refusal: "PONDERING"},
		"mixed, and the nodes fail":          {replies: with(healthyJira(), jiraNodesPath, answers(500, `{}`)), path: jiraStatePath, answer: state("MIXED"), refusal: "MIXED"},
		"unknown product":                    {replies: unknown, untold: true},
		"another product":                    {replies: with(unknown, manifestPath, answers(200, `{"typeId":"fecru"}`))},
		"unknown product, mixed":             {replies: unknown, path: clusterPath, answer: state("MIXED"), refusal: "MIXED", untold: true},
		"unknown product, Jira's, upgrading": {replies: unknown, path: jiraStatePath, answer: state("RUNNING_UPGRADE_TASKS"), refusal: "RUNNING_UPGRADE_TASKS", untold: true},
		"unknown product, odd state":         {replies: unknown, path: clusterPath, answer: state("PONDERING"), untold: true},
		"unknown product, two versions":      {replies: unknown, path: clusterPath, answer: cluster("STABLE", `{"version":"1"},{"version":"2"}`), warns: "1, 2", untold: true},
	}
	for name, answer := range map[string]reply{
		"302": toLogin, "200 HTML": showsPage(200), "200 XML": inForm(200, "application/xml", "<manifest><typeId>jira</typeId></manifest>"),
		"401": answers(401, `{}`), "403": answers(403, `{}`), "404": absent, "404 XML": noXML, "405": answers(405, ``), "list": answers(200, `[]`), "empty object": answers(200, `{}`),
		"null": answers(200, `null`), "nothing": answers(200, ``), "words": answers(200, `jira`), "numbers": answers(200, `{"typeId":7}`),
	} {
		rows["manifest "+name] = row{replies: healthyJira(), path: manifestPath, answer: answer, untold: true}
	}
	for name, answer := range map[string]reply{"500": answers(500, `{}`), "503": answers(503, ``), "502 page": showsPage(502), "time-out": hangs} {
		rows["manifest "+name] = row{replies: healthyJira(), path: manifestPath, answer: answer, untold: true, warns: "did not say what it is"}
	}
	for name, answer := range map[string]reply{"302": toLogin, "HTML": showsPage(200), "401": answers(401, `{}`), "403 page": showsPage(403), "404": absent, "405": answers(405, ``), "410": answers(410, ``)} {
		rows["status "+name] = row{replies: healthyJira(), path: "/status", answer: answer, warns: "Nobody could check whether the instance is running"}
	}
	for name, answer := range map[string]reply{
		"STARTING": state("STARTING"), "STOPPING": state("STOPPING"), "FIRST_RUN": state("FIRST_RUN"), "lower case": state("running"), "empty object": answers(200, `{}`), "null state": answers(200, `{"state":null}`),
		"503 MAINTENANCE": answers(503, `{"state":"MAINTENANCE"}`), "500 ERROR": answers(500, `{"state":"ERROR"}`), "503 of a proxy": answers(503, `{}`),
		"503 RUNNING": answers(503, `{"state":"RUNNING"}`), "500 RUNNING": answers(500, `{"state":"RUNNING"}`),
		"500 without JSON": answers(500, `oops`), "502": answers(502, ``), "503 page": showsPage(503),
	} {
		rows["status "+name] = row{replies: healthyJira(), path: "/status", answer: answer, refusal: "is not running"}
	}
	rows["status time-out"] = row{replies: healthyJira(), path: "/status", answer: hangs, refusal: "did not say whether it is running"}
	rows["status words"] = row{replies: healthyJira(), path: "/status", answer: answers(200, `RUNNING`), refusal: "did not say whether it is running"}
	for _, upgrade := range upgradeStates {
		rows["Jira "+upgrade] = row{replies: healthyJira(), path: jiraStatePath, answer: state(upgrade), refusal: upgrade}
		rows["Bitbucket "+upgrade] = row{replies: healthy(Bitbucket), path: clusterPath, answer: state(upgrade), refusal: upgrade}
	}
	for name, answer := range map[string]reply{
		"401": answers(401, `{}`), "403": answers(403, `{}`), "403 page": showsPage(403), "404": absent, "404 XML": noXML, "405": answers(405, ``), "501": answers(501, ``), "302": toLogin, "HTML": showsPage(200),
	} {
		rows["Jira state "+name] = row{replies: with(healthyJira(), jiraNodesPath, answer), path: jiraStatePath, answer: answer, warns: "Nobody could check whether the cluster"}
		rows["Bitbucket cluster "+name] = row{replies: healthy(Bitbucket), path: clusterPath, answer: answer, warns: "Nobody could check whether the cluster"}
		rows["Jira state alone "+name] = row{replies: healthyJira(), path: jiraStatePath, answer: answer}
		rows["guess "+name] = row{replies: unknown, path: clusterPath, answer: answer, untold: true}
	}
	rows["Bitbucket cluster 403"] = row{replies: healthy(Bitbucket), path: clusterPath, answer: answers(403, `{}`)}
	rows["Jira state 405"] = row{replies: with(healthyJira(), jiraNodesPath, answers(405, ``)), path: jiraStatePath, answer: answers(405, ``)}
	for name, answer := range map[string]reply{
		"500": answers(500, `{}`), "503": answers(503, ``), "500 page": showsPage(500), "words": answers(200, `STABLE`), "null": answers(200, `null`), "wrong type": answers(200, `"STABLE"`), "half": answers(200, `{"state":`), "time-out": hangs,
	} {
		refusal := "did not say whether its cluster is in a rolling upgrade"
		rows["Jira state "+name] = row{replies: healthyJira(), path: jiraStatePath, answer: answer, refusal: refusal}
		rows["Jira nodes "+name] = row{replies: healthyJira(), path: jiraNodesPath, answer: answer, refusal: refusal}
		rows["Confluence cluster "+name] = row{replies: healthy(Confluence), path: clusterPath, answer: answer, refusal: refusal}
		rows["guess "+name] = row{replies: unknown, path: clusterPath, answer: answer, untold: true}
	}
	for name, row := range rows {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			replies := row.replies
			if row.answer != nil {
				replies = with(replies, row.path, row.answer)
			}
			ready, _, err := checkReady(t, replies)
			if row.refusal != "" {
				expectRefusal(t, err, row.refusal)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if (row.warns == "") != (len(ready.Warnings) == 0) || len(ready.Warnings) > 1 || row.warns != "" && !strings.Contains(ready.Warnings[0], row.warns) {
				t.Errorf("warnings %q, want %q", ready.Warnings, row.warns)
			}
			if (ready.Product.Name == "") != row.untold || !slices.Equal(ready.InactiveKeys, []string{"k1", "k2"}) {
				t.Errorf("found %+v", ready)
			}
		})
	}
}

// expectRefusal fails unless the check failed with these words and says how to
// do without it.
func expectRefusal(t *testing.T, err error, words string) {
	t.Helper()
	failure := failedStep(t, err, StepCheck)
	if _, ok := errors.AsType[*NotReadyError](failure); !ok || !strings.Contains(err.Error(), words) {
		t.Errorf("error %v, want one that says %q", err, words)
	}
	explanation := (&Instance{}).Explain(err)
	if !strings.Contains(explanation.Remedy, "preflight = false") || !strings.Contains(explanation.Cause, words) {
		t.Errorf("explained as %+v", explanation)
	}
}

func TestCheckReady_asksOnceEachAndShowsItsCredentialsWhereNeeded(t *testing.T) {
	t.Parallel()
	first := []string{"GET /status", "GET " + manifestPath, getKeys}
	for name, test := range map[string]struct {
		replies map[string]reply
		second  []string
	}{
		"Jira":       {healthyJira(), []string{jiraStatePath, jiraNodesPath}},
		"Confluence": {healthy(Confluence), []string{clusterPath}},
		"Bitbucket":  {healthy(Bitbucket), []string{clusterPath}},
		"Bamboo":     {healthy(Bamboo), nil},
		"Crowd, whose manifest is a redirect": {
			map[string]reply{
				"/status": healthyJira()["/status"], inactivePath: healthyJira()[inactivePath], manifestPath: toLogin,
				crowdPath: answers(200, `{"version":"7.1.4","baseUrl":"https://crowd.example.com/crowd"}`),
			},
			[]string{crowdPath, jiraStatePath, clusterPath},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ready, script, err := checkReady(t, test.replies)
			if err != nil || len(ready.Warnings) > 0 || ready.Product.Name == "" || ready.Product.Version == "" {
				t.Errorf("found %+v, %v", ready, err)
			}
			want := slices.Clone(first)
			for _, path := range test.second {
				want = append(want, "GET "+path+" as admin")
			}
			script.expectAsked(t, want...)
		})
	}
}

// Each round answers only once all of its requests are there.
func TestCheckReady_isTwoAnswersLong(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		replies := healthyJira()
		for _, round := range [][]string{{"/status", manifestPath, inactivePath}, {jiraStatePath, jiraNodesPath}} {
			var of []reply
			for _, path := range round {
				of = append(of, replies[path])
			}
			for n, held := range meets(of...) {
				replies[round[n]] = held
			}
		}
		slow := map[string]reply{}
		for path, answer := range replies {
			slow[path] = func(request *http.Request) (*http.Response, error) {
				if err := (clock.System{}).Sleep(request.Context(), time.Second); err != nil {
					return nil, err
				}
				return answer(request)
			}
		}
		instance, script := newScripted(t, slow)
		start := time.Now()
		if _, err := instance.CheckReady(t.Context()); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(start); took != 2*time.Second {
			t.Errorf("took %s, want two answers of a second", took)
		}
		script.expectAsked(t, "GET /status", "GET "+manifestPath, getKeys, "GET "+jiraStatePath+" as admin", "GET "+jiraNodesPath+" as admin")
	})
}

func TestCheckReady_endsWithTheFirstFailedLogin(t *testing.T) {
	t.Parallel()
	for name, refused := range map[string]reply{
		"wrong password": answers(401, `{"message":"no"}`),
		"a page":         showsPage(401),
		"forbidden":      answers(403, `{"message":"no"}`),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				instance, script := newScripted(t, map[string]reply{inactivePath: later(refused), "/status": hangs, manifestPath: hangs})
				start := time.Now()
				_, err := instance.CheckReady(t.Context())
				failure := failedStep(t, err, StepLook)
				if !isRefused(failure) {
					t.Errorf("error %v", err)
				}
				if took := time.Since(start); took != aMoment {
					t.Errorf("took %s, and was refused after %s", took, aMoment)
				}
				script.expectAsked(t, "GET /status", "GET "+manifestPath, getKeys)
			})
		})
	}
}

func TestCheckReady_saysThatAnInstanceIsDownRatherThanThatItsKeysCannotBeListed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		instance, script := newScripted(t, map[string]reply{inactivePath: hangs, manifestPath: hangs, "/status": later(answers(503, `{"state":"MAINTENANCE"}`))})
		start := time.Now()
		_, err := instance.CheckReady(t.Context())
		expectRefusal(t, err, "MAINTENANCE")
		if took := time.Since(start); took != aMoment {
			t.Errorf("took %s", took)
		}
		script.expectAsked(t, "GET /status", "GET "+manifestPath, getKeys)
	})
}

func TestCheckReady_tellsAFailedListFromAFailedCheck(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]reply{
		"404": absent, "302": toLogin, "500": answers(500, `{}`), "no list": answers(200, `{}`), "time-out": hangs,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, _, err := checkReady(t, with(healthyJira(), inactivePath, answer))
			_ = failedStep(t, err, StepLook)
		})
	}
	unreachable := func(*http.Request) (*http.Response, error) { return nil, errUnreachable }
	_, _, err := checkReady(t, map[string]reply{inactivePath: unreachable, "/status": unreachable, manifestPath: unreachable})
	if failure, ok := errors.AsType[*transport.Error](failedStep(t, err, StepLook)); !ok || failure.Kind != transport.NotSent {
		t.Errorf("error %v", err)
	}
}

func TestCheckReady_endsWithItsContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		instance, _ := newScripted(t, with(healthyJira(), "/status", hangs))
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		_, err := instance.CheckReady(ctx)
		if !errors.Is(err, context.Canceled) || isNotReady(err) {
			t.Errorf("error %v", err)
		}
	})
}

func TestCheckDelivery_asksForStateAndCredentialsSideBySide(t *testing.T) {
	t.Parallel()
	bambooState := "/rest/api/latest/status"
	running := answers(200, `{"state":"RUNNING"}`)
	for name, test := range map[string]struct {
		replies        map[string]reply
		refusal, warns string
		asked          []string
	}{
		"ready":     {replies: healthyJira(), asked: []string{"GET /status", getKeys}},
		"not ready": {replies: with(healthyJira(), "/status", answers(503, `{"state":"MAINTENANCE"}`)), refusal: "MAINTENANCE"},
		"refused":   {replies: with(healthyJira(), inactivePath, later(answers(401, `{}`))), refusal: "401", asked: []string{"GET /status", getKeys}},
		"Bamboo": {
			replies: map[string]reply{bambooState: running},
			asked:   []string{"GET /status", "GET " + bambooState, getKeys, "GET " + jiraNodesPath + " as admin", "GET /rest/api/latest/admin/cluster as admin"},
		},
		"Jira without the key API": {
			replies: with(healthyJira(), inactivePath, toLogin),
			asked:   []string{"GET /status", getKeys, "GET " + jiraNodesPath + " as admin"},
		},
		"Jira without the key API, refused": {replies: with(with(healthyJira(), inactivePath, toLogin), jiraNodesPath, answers(403, `{}`)), refusal: "403"},
		"a login page for everything": {
			replies: map[string]reply{"/status": running, inactivePath: toLogin, jiraNodesPath: toLogin, "/rest/api/latest/admin/cluster": showsPage(200)},
			refusal: "login page or proxy",
		},
		"nobody tells the state": {
			replies: with(healthyJira(), "/status", toLogin), warns: "Nobody could check whether the instance is running",
			asked: []string{"GET /status", "GET " + bambooState, "GET /rest/api/latest/server", getKeys},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				instance, script := newScripted(t, test.replies)
				warnings, err := instance.CheckDelivery(t.Context())
				if (err != nil) != (test.refusal != "") || err != nil && !strings.Contains(err.Error(), test.refusal) {
					t.Errorf("error %v, want %q", err, test.refusal)
				}
				if said := strings.Join(warnings, ""); (said == "") != (test.warns == "") || !strings.Contains(said, test.warns) {
					t.Errorf("warnings %q", warnings)
				}
				if test.asked != nil {
					script.expectAsked(t, test.asked...)
				}
			})
		})
	}
}

func TestCheckDelivery_isOneAnswerLong(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		held := meets(healthyJira()["/status"], healthyJira()[inactivePath])
		instance, _ := newScripted(t, map[string]reply{"/status": held[0], inactivePath: held[1]})
		if _, err := instance.CheckDelivery(t.Context()); err != nil {
			t.Error(err)
		}
	})
}
