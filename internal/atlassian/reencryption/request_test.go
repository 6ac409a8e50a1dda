// SPDX-License-Identifier: MPL-2.0

package reencryption_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/reencryption"
)

const (
	account = "279766244153"
	id1     = "11111111-2222-3333-4444-555555555555"
	id2     = "mrk-0123456789abcdef0123456789abcdef"
)

func arn(region, id string) string {
	return "arn:aws:kms:" + region + ":" + account + ":key/" + id
}

// complete returns a request that nothing is wrong with.
func complete() reencryption.Request {
	return reencryption.Request{
		AWSAccountID:   account,
		OrganizationID: "0c632b13-d717-4d1f-b895-208a5599d2f2",
		SiteURL:        "https://example.atlassian.net",
		Realm:          "Europe",
		OldKeyARNs:     map[string]string{"eu-central-1": arn("eu-central-1", id1), "eu-west-1": arn("eu-west-1", id1)},
		NewKeyARNs:     map[string]string{"eu-central-1": arn("eu-central-1", id2), "eu-west-1": arn("eu-west-1", id2)},
		Timing:         reencryption.NextMaintenanceWindow,
		ImpactLevel:    2,
		Contacts:       []string{"ops@example.com", "ada@example.com"},
	}
}

// single returns a complete request for a realm of one region.
func single(realm, region string) reencryption.Request {
	request := complete()
	request.Realm = realm
	request.OldKeyARNs = map[string]string{region: arn(region, id1)}
	request.NewKeyARNs = map[string]string{region: arn(region, id2)}
	return request
}

func TestRequest_isCompleteForEveryRealm(t *testing.T) {
	t.Parallel()
	dual := complete()
	dual.Realm = "united_states"
	dual.OldKeyARNs = map[string]string{"us-east-1": arn("us-east-1", id1), "us-west-2": arn("us-west-2", id1)}
	dual.NewKeyARNs = map[string]string{"us-east-1": arn("us-east-1", id2), "us-west-2": arn("us-west-2", id2)}
	requests := []reencryption.Request{complete(), dual}
	for realm, region := range map[string]string{
		"Australia": "ap-southeast-2", "Canada": "ca-central-1", "GERMANY": "eu-central-1", "india": "ap-south-1", "Japan": "ap-northeast-1",
		"south-korea": "ap-northeast-2", "Singapore": "ap-southeast-1", "Switzerland": "eu-central-2", "United Kingdom": "eu-west-2",
	} {
		requests = append(requests, single(realm, region))
	}
	if len(requests) != len(reencryption.RealmNames()) {
		t.Errorf("%d requests for %d realms", len(requests), len(reencryption.RealmNames()))
	}
	for _, request := range requests {
		if problems := request.Problems(); problems != nil {
			t.Errorf("%s: %+v", request.Realm, problems)
		}
	}
}

func TestRequest_Problems(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		spoil func(r *reencryption.Request)
		want  reencryption.Problem
	}{
		"account too short": {
			func(r *reencryption.Request) { *r = single("Japan", "ap-northeast-1"); r.AWSAccountID = "27976624415" },
			reencryption.Problem{Field: reencryption.FieldAWSAccountID, Summary: "Not an AWS account ID"},
		},
		"organization by name": {
			func(r *reencryption.Request) { r.OrganizationID = "example" },
			reencryption.Problem{Field: reencryption.FieldOrganizationID, Summary: "Not an organization ID"},
		},
		"site without a scheme": {
			func(r *reencryption.Request) { r.SiteURL = "example.atlassian.net" },
			reencryption.Problem{Field: reencryption.FieldSiteURL, Summary: "Not the URL of a site"},
		},
		"site with credentials": {
			func(r *reencryption.Request) { r.SiteURL = "https://ada:secret@example.atlassian.net" },
			reencryption.Problem{Field: reencryption.FieldSiteURL, Summary: "Not the URL of a site"},
		},
		"no such realm": {
			func(r *reencryption.Request) { r.Realm = "Atlantis" },
			reencryption.Problem{Field: reencryption.FieldRealm, Summary: `Unknown realm "Atlantis"`},
		},
		"a region of another realm": {
			func(r *reencryption.Request) { r.OldKeyARNs["us-east-1"] = arn("us-east-1", id1) },
			reencryption.Problem{Field: reencryption.FieldOldKeyARNs, Region: "us-east-1", Summary: `Region "us-east-1" not in the realm`},
		},
		"no key for one region": {
			func(r *reencryption.Request) { delete(r.NewKeyARNs, "eu-west-1") },
			reencryption.Problem{Field: reencryption.FieldNewKeyARNs, Summary: "Key of a region missing"},
		},
		"no ARN": {
			func(r *reencryption.Request) { r.NewKeyARNs["eu-west-1"] = id1 },
			reencryption.Problem{Field: reencryption.FieldNewKeyARNs, Region: "eu-west-1", Summary: "Not the ARN of a KMS key"},
		},
		"an alias": {
			func(r *reencryption.Request) {
				r.NewKeyARNs["eu-west-1"] = "arn:aws:kms:eu-west-1:" + account + ":alias/atlassian"
			},
			reencryption.Problem{Field: reencryption.FieldNewKeyARNs, Region: "eu-west-1", Summary: "ARN of an alias"},
		},
		"a key elsewhere": {
			func(r *reencryption.Request) { r.NewKeyARNs["eu-west-1"] = arn("eu-central-1", id2) },
			reencryption.Problem{Field: reencryption.FieldNewKeyARNs, Region: "eu-west-1", Summary: "Key of another region"},
		},
		"a key of somebody else": {
			func(r *reencryption.Request) {
				r.OldKeyARNs["eu-west-1"] = "arn:aws:kms:eu-west-1:000000000000:key/" + id1
			},
			reencryption.Problem{Field: reencryption.FieldOldKeyARNs, Region: "eu-west-1", Summary: "Key of another AWS account"},
		},
		"the old key again": {
			func(r *reencryption.Request) { r.NewKeyARNs["eu-west-1"] = r.OldKeyARNs["eu-west-1"] },
			reencryption.Problem{Field: reencryption.FieldNewKeyARNs, Region: "eu-west-1", Summary: "Old and new key are the same"},
		},
		"no such timing": {
			func(r *reencryption.Request) { r.Timing = "tomorrow" },
			reencryption.Problem{Field: reencryption.FieldTiming, Summary: "Unknown timing"},
		},
		"no such level": {
			func(r *reencryption.Request) { r.ImpactLevel = 5 },
			reencryption.Problem{Field: reencryption.FieldImpactLevel, Summary: "Unknown impact level"},
		},
		"no e-mail address": {
			func(r *reencryption.Request) { r.Contacts = []string{"Ada <ada@example.com>"} },
			reencryption.Problem{Field: reencryption.FieldContacts, Summary: "Not an e-mail address"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			request := complete()
			test.spoil(&request)
			for _, problem := range request.Problems() {
				if problem.Detail == "" {
					t.Errorf("%q says not what to do", problem.Summary)
				}
				problem.Detail = ""
				if problem == test.want {
					return
				}
			}
			t.Errorf("got %+v, want %+v", request.Problems(), test.want)
		})
	}
}

func TestRequest_Details(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		request reencryption.Request
		want    string
	}{
		"two regions": {complete(), `Organization ID: 0c632b13-d717-4d1f-b895-208a5599d2f2
Old key ARN to be replaced:
- eu-central-1: arn:aws:kms:eu-central-1:279766244153:key/11111111-2222-3333-4444-555555555555
- eu-west-1: arn:aws:kms:eu-west-1:279766244153:key/11111111-2222-3333-4444-555555555555
New key ARN for re-encryption:
- eu-central-1: arn:aws:kms:eu-central-1:279766244153:key/mrk-0123456789abcdef0123456789abcdef
- eu-west-1: arn:aws:kms:eu-west-1:279766244153:key/mrk-0123456789abcdef0123456789abcdef
Timing to start re-encryption: Next maintenance window
`},
		"one region": {single("Japan", "ap-northeast-1"), `Organization ID: 0c632b13-d717-4d1f-b895-208a5599d2f2
Old key ARN to be replaced: arn:aws:kms:ap-northeast-1:279766244153:key/11111111-2222-3333-4444-555555555555
New key ARN for re-encryption: arn:aws:kms:ap-northeast-1:279766244153:key/mrk-0123456789abcdef0123456789abcdef
Timing to start re-encryption: Next maintenance window
`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := test.request.Details(); got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

func TestRequest_Answers_followTheForm(t *testing.T) {
	t.Parallel()
	request := complete()
	answers := request.Answers()
	var texts []string
	for _, answer := range answers {
		texts = append(texts, answer.Text)
	}
	want := []string{
		"Technical Issues and Bugs", "Cloud Administration", "https://example.atlassian.net", "ada@example.com, ops@example.com",
		"Re-encryption for AWS account 279766244153", "Level 2", request.Details(), "", "", "",
	}
	if !slices.Equal(texts, want) {
		t.Errorf("got %q, want %q", texts, want)
	}
	if answers[0].Question != "What can we help you with?" {
		t.Errorf("the first question is %q", answers[0].Question)
	}
}

func TestRequest_DowntimeNotice_dependsOnTheTiming(t *testing.T) {
	t.Parallel()
	request := complete()
	if got := request.DowntimeNotice(); !strings.HasPrefix(got, "There is no additional downtime") {
		t.Errorf("got %q", got)
	}
	request.Timing = reencryption.Immediate
	if got := request.DowntimeNotice(); !strings.Contains(got, "downtime outside of the maintenance window") || !strings.Contains(request.Details(), "Immediate") {
		t.Errorf("got %q", got)
	}
}
