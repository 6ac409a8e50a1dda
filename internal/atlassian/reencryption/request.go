// SPDX-License-Identifier: MPL-2.0

// Package reencryption writes the request for the re-encryption of an
// organization whose data is encrypted with customer-managed keys (CMK).
// Atlassian offers no API for it: an organization admin sends a support form,
// https://support.atlassian.com/security-and-access-policies/docs/request-cmk-re-encryption/.
package reencryption

import (
	"fmt"
	"slices"
	"strings"
)

// FormURL is where the request is sent: the form that the page above leads to.
const FormURL = "https://support.atlassian.com/contact/"

// Timing is when the re-encryption starts.
type Timing string

// The timings that the form offers.
const (
	Immediate             Timing = "immediate"
	NextMaintenanceWindow Timing = "next_maintenance_window"
)

// Request is what Atlassian's support needs to know. What [Request.Problems]
// finds nothing wrong with is complete.
type Request struct {
	// AWSAccountID is the AWS account that was created for the keys, 12 digits.
	AWSAccountID string
	// OrganizationID is a UUID.
	OrganizationID string
	// SiteURL is the URL of any site of the organization.
	SiteURL string
	// Realm is one of RealmNames.
	Realm string
	// OldKeyARNs and NewKeyARNs are the ARNs of the KMS keys by their region, one
	// for each region of the realm.
	OldKeyARNs, NewKeyARNs map[string]string
	// Timing is when to start.
	Timing Timing
	// ImpactLevel is the impact on the business, 1 (the greatest) to 4.
	ImpactLevel int
	// Contacts are the e-mail addresses of who is to be notified; nil for none.
	Contacts []string
}

// Answer is a question of the form and what to answer.
type Answer struct {
	Question string
	// Text is empty where the question may be left out, or only a person can
	// answer it.
	Text string
}

// Summary returns the title of the ticket.
func (r Request) Summary() string {
	return "Re-encryption for AWS account " + r.AWSAccountID
}

// Details returns the text that the form asks for in "Give us more details".
func (r Request) Details() string {
	var text strings.Builder
	fmt.Fprintf(&text, "Organization ID: %s\n", r.OrganizationID)
	r.writeKeys(&text, "Old key ARN to be replaced", r.OldKeyARNs)
	r.writeKeys(&text, "New key ARN for re-encryption", r.NewKeyARNs)
	fmt.Fprintf(&text, "Timing to start re-encryption: %s\n", r.Timing.words())
	return text.String()
}

// writeKeys lists keys in the order in which the realm has its regions.
func (r Request) writeKeys(text *strings.Builder, heading string, arns map[string]string) {
	realm, _ := findRealm(r.Realm)
	if len(realm.regions) == 1 {
		fmt.Fprintf(text, "%s: %s\n", heading, arns[realm.regions[0]])
		return
	}
	fmt.Fprintf(text, "%s:\n", heading)
	for _, region := range realm.regions {
		fmt.Fprintf(text, "- %s: %s\n", region, arns[region])
	}
}

func (t Timing) words() string {
	if t == Immediate {
		return "Immediate"
	}
	return "Next maintenance window"
}

// Answers returns the questions of the form in its order.
func (r Request) Answers() []Answer {
	return []Answer{
		{"What can we help you with?", "Technical Issues and Bugs"},
		{"Which product is this for?", "Cloud Administration"},
		{"What is the site URL of your product within your organization", r.SiteURL},
		{"Include admin or billing/technical/end-customer contact, or additional participants on this ticket", strings.Join(slices.Sorted(slices.Values(r.Contacts)), ", ")},
		{"Summarize your issue", r.Summary()},
		{"What is the impact to your business", fmt.Sprintf("Level %d", r.ImpactLevel)},
		{"Give us more details", r.Details()},
		{"Want faster, more accurate help?", ""},
		{"Your phone number", ""},
		{"Which is closest to your normal working hours?", ""},
	}
}

// DowntimeNotice says what the timing means for the users of the sites.
func (r Request) DowntimeNotice() string {
	const all = "Re-encryption applies to all apps of the organization that are encrypted with customer-managed keys. " +
		"Keep the old and the new keys enabled until Atlassian says that it is complete."
	if r.Timing == Immediate {
		return "Re-encryption starts as soon as the ticket is addressed: the sites of the organization will experience downtime outside of the maintenance window. " + all
	}
	return "There is no additional downtime outside of the next maintenance window. " + all
}
