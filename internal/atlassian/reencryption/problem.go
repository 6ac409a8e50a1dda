// SPDX-License-Identifier: MPL-2.0

package reencryption

import (
	"fmt"
	"maps"
	"net/mail"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// Field names a field of a [Request].
type Field string

// The fields that can have problems.
const (
	FieldAWSAccountID   Field = "aws_account_id"
	FieldOrganizationID Field = "organization_id"
	FieldSiteURL        Field = "site_url"
	FieldRealm          Field = "realm"
	FieldOldKeyARNs     Field = "old_key_arns"
	FieldNewKeyARNs     Field = "new_key_arns"
	FieldTiming         Field = "timing"
	FieldImpactLevel    Field = "impact_level"
	FieldContacts       Field = "contacts"
)

// Problem is something that Atlassian's support would send the request back for.
type Problem struct {
	Field Field
	// Region is set where the problem is with the key of one region.
	Region string
	// Summary names the problem, Detail says what is wrong and what to do.
	Summary, Detail string
}

var (
	accountID = regexp.MustCompile(`^[0-9]{12}$`)
	uuid      = regexp.MustCompile(`^(?i)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)
	// keyARN has the syntax of
	// https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#key-id-key-ARN.
	keyARN = regexp.MustCompile(`^arn:aws(?:-[a-z]{1,5}){0,3}:kms:([a-z0-9-]+):([0-9]{12}):key/(?:mrk-[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$`)
)

// Problems returns what is wrong with the request; nil for nothing.
func (r Request) Problems() []Problem {
	return slices.Concat(r.accountProblems(), r.siteProblems(), r.keyProblems(), r.ticketProblems())
}

func (r Request) accountProblems() []Problem {
	var problems []Problem
	if !accountID.MatchString(r.AWSAccountID) {
		problems = append(problems, Problem{Field: FieldAWSAccountID, Summary: "Not an AWS account ID",
			Detail: fmt.Sprintf("%q is not 12 digits. Give the ID of the AWS account that holds the keys, such as \"279766244153\", leading zeros included.", r.AWSAccountID)})
	}
	if !uuid.MatchString(r.OrganizationID) {
		problems = append(problems, Problem{Field: FieldOrganizationID, Summary: "Not an organization ID",
			Detail: fmt.Sprintf("%q is not a UUID. It is the part after /o/ in https://admin.atlassian.com/o/<id>/overview.", r.OrganizationID)})
	}
	return problems
}

func (r Request) siteProblems() []Problem {
	site, err := url.Parse(r.SiteURL)
	if err == nil && (site.Scheme == "https" || site.Scheme == "http") && site.Host != "" && site.User == nil {
		return nil
	}
	return []Problem{{Field: FieldSiteURL, Summary: "Not the URL of a site",
		Detail: "Give the URL of any site of the organization, such as \"https://example.atlassian.net\"."}}
}

func (r Request) ticketProblems() []Problem {
	var problems []Problem
	if r.Timing != Immediate && r.Timing != NextMaintenanceWindow {
		problems = append(problems, Problem{Field: FieldTiming, Summary: "Unknown timing",
			Detail: fmt.Sprintf("%q is neither %q nor %q.", string(r.Timing), Immediate, NextMaintenanceWindow)})
	}
	if r.ImpactLevel < 1 || r.ImpactLevel > 4 {
		problems = append(problems, Problem{Field: FieldImpactLevel, Summary: "Unknown impact level",
			Detail: fmt.Sprintf("%d is none of the levels 1 (the greatest impact) to 4.", r.ImpactLevel)})
	}
	for _, contact := range r.Contacts {
		if address, err := mail.ParseAddress(contact); err != nil || address.Address != contact {
			problems = append(problems, Problem{Field: FieldContacts, Summary: "Not an e-mail address",
				Detail: fmt.Sprintf("%q is not an e-mail address that a ticket could be shared with.", contact)})
		}
	}
	return problems
}

func (r Request) keyProblems() []Problem {
	realm, ok := findRealm(r.Realm)
	if !ok {
		return []Problem{{Field: FieldRealm, Summary: fmt.Sprintf("Unknown realm %q", r.Realm),
			Detail: "The realms are " + strings.Join(RealmNames(), ", ") + "."}}
	}
	problems := slices.Concat(
		r.listProblems(FieldOldKeyARNs, r.OldKeyARNs, realm),
		r.listProblems(FieldNewKeyARNs, r.NewKeyARNs, realm))
	for _, region := range slices.Sorted(maps.Keys(r.NewKeyARNs)) {
		if r.NewKeyARNs[region] == r.OldKeyARNs[region] {
			problems = append(problems, Problem{Field: FieldNewKeyARNs, Region: region, Summary: "Old and new key are the same",
				Detail: fmt.Sprintf("Nothing would be re-encrypted in %s. Give the ARN of the new key.", region)})
		}
	}
	return problems
}

// listProblems checks that there is one key of the account for each region of
// the realm, and no other.
func (r Request) listProblems(field Field, arns map[string]string, realm realm) []Problem {
	var problems []Problem
	for _, region := range realm.regions {
		if _, ok := arns[region]; !ok {
			problems = append(problems, Problem{Field: field, Summary: "Key of a region missing",
				Detail: fmt.Sprintf("The realm %s takes one key in each of %s; there is none for %s.", realm.name, strings.Join(realm.regions, " and "), region)})
		}
	}
	for _, region := range slices.Sorted(maps.Keys(arns)) {
		if !slices.Contains(realm.regions, region) {
			problems = append(problems, Problem{Field: field, Region: region, Summary: fmt.Sprintf("Region %q not in the realm", region),
				Detail: fmt.Sprintf("The realm %s consists of %s.", realm.name, strings.Join(realm.regions, " and "))})
			continue
		}
		if summary, detail := r.arnProblem(region, arns[region]); summary != "" {
			problems = append(problems, Problem{Field: field, Region: region, Summary: summary, Detail: detail})
		}
	}
	return problems
}

// arnProblem returns what is wrong with the ARN of the key of a region; empty
// for nothing.
func (r Request) arnProblem(region, arn string) (summary, detail string) {
	parts := keyARN.FindStringSubmatch(arn)
	switch {
	case parts == nil && strings.Contains(arn, ":alias/"):
		return "ARN of an alias", fmt.Sprintf("%q names an alias. Give the ARN of the key itself, such as the attribute arn of an aws_kms_key.", arn)
	case parts == nil:
		return "Not the ARN of a KMS key", fmt.Sprintf("%q does not have the form arn:aws:kms:<region>:<account>:key/<id>.", arn)
	case parts[1] != region:
		return "Key of another region", fmt.Sprintf("The key is in %q and given for %q.", parts[1], region)
	case parts[2] != r.AWSAccountID:
		return "Key of another AWS account", fmt.Sprintf("The key belongs to the account %q, and aws_account_id is %q.", parts[2], r.AWSAccountID)
	default:
		return "", ""
	}
}
