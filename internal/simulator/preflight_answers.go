// SPDX-License-Identifier: MPL-2.0

package simulator

import "net/http"

// StatusAnswers are the forms that the answer to the status endpoint is known
// to take, for the path of any product. Behind a gateway or a login filter it
// is no answer of the product at all.
func StatusAnswers() []NamedFault {
	return []NamedFault{
		{"RUNNING", Fault{Status: http.StatusOK, Body: `{"state":"RUNNING"}`}},
		{"STARTING", Fault{Status: http.StatusOK, Body: `{"state":"STARTING"}`}},
		{"STOPPING", Fault{Status: http.StatusOK, Body: `{"state":"STOPPING"}`}},
		{"FIRST_RUN", Fault{Status: http.StatusOK, Body: `{"state":"FIRST_RUN"}`}},
		{"no state", Fault{Status: http.StatusOK, Body: `{}`}},
		{"null state", Fault{Status: http.StatusOK, Body: `{"state":null}`}},
		{"MAINTENANCE", Fault{Status: http.StatusServiceUnavailable, Body: `{"state":"MAINTENANCE"}`}},
		{"ERROR", Fault{Status: http.StatusInternalServerError, Body: `{"state":"ERROR"}`}},
		{"500 without JSON", Fault{Status: http.StatusInternalServerError}},
		{"502 page", Fault{Kind: HTML, Status: http.StatusBadGateway}},
		{"503 without JSON", Fault{Status: http.StatusServiceUnavailable}},
		{"redirect", Fault{Kind: Redirect}},
		{"HTML", Fault{Kind: HTML}},
		{"401", Fault{Status: http.StatusUnauthorized}},
		{"403", Fault{Kind: HTML, Status: http.StatusForbidden}},
		{"404", Fault{Status: http.StatusNotFound}},
	}
}

// ManifestAnswers are the forms that the answer to the manifest's endpoint is
// known to take besides the documented one.
func ManifestAnswers() []NamedFault {
	return []NamedFault{
		{"redirect", Fault{Kind: Redirect, Header: http.Header{"Location": {"/login.action"}}}},
		{"HTML", Fault{Kind: HTML}},
		{"XML", Fault{Status: http.StatusOK, ContentType: mediaXML, Body: "<manifest><typeId>jira</typeId></manifest>"}},
		{"401", Fault{Status: http.StatusUnauthorized}},
		{"403", Fault{Status: http.StatusForbidden}},
		{"404", Fault{Status: http.StatusNotFound}},
		{"500", Fault{Status: http.StatusInternalServerError}},
		{"503", Fault{Status: http.StatusServiceUnavailable}},
		{"array", Fault{Status: http.StatusOK, Body: "[]"}},
		{"object", Fault{Status: http.StatusOK, Body: "{}"}},
		{"never", Fault{Kind: Delay}},
	}
}

// UpgradeStates are the states of a zero-downtime upgrade, STABLE first:
// https://developer.atlassian.com/server/bitbucket/reference/zdu-rest/.
func UpgradeStates() []string {
	return []string{
		upgradeStable, "READY_TO_UPGRADE", "MIXED", "READY_TO_RUN_UPGRADE_TASKS", "RUNNING_UPGRADE_TASKS",
		"UPGRADE_TASKS_FAILED",
	}
}
