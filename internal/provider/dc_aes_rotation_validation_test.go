// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"testing"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
)

func TestDCAESRotation_refusesSchedulesThatAreNone(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		config acctest.Object
		path   string
		says   string
	}{
		"no time between rotations":   {acctest.Object{"rotation_interval": "0s"}, "rotation_interval", "at least 1h"},
		"less than an hour":           {acctest.Object{"rotation_interval": "30m"}, "rotation_interval", "at least 1h"},
		"number without unit":         {acctest.Object{"rotation_interval": "90"}, "rotation_interval", "Not a duration"},
		"unknown unit":                {acctest.Object{"rotation_interval": "3months"}, "rotation_interval", "Not a duration"},
		"words":                       {acctest.Object{"rotation_interval": "90 days"}, "rotation_interval", "Not a duration"},
		"nothing":                     {acctest.Object{"rotation_interval": ""}, "rotation_interval", "Not a duration"},
		"negative interval":           {acctest.Object{"rotation_interval": "-90d"}, "rotation_interval", "Not a duration"},
		"window as long":              {acctest.Object{"rotation_interval": "7d", "early_rotation_window": "1w"}, "early_rotation_window", "Choose a shorter window"},
		"window longer":               {acctest.Object{"rotation_interval": "7d", "early_rotation_window": "8d"}, "early_rotation_window", "Choose a shorter window"},
		"window of no interval":       {acctest.Object{"early_rotation_window": "1d"}, "early_rotation_window", "Set rotation_interval"},
		"window that is no duration":  {acctest.Object{"rotation_interval": "7d", "early_rotation_window": "soon"}, "early_rotation_window", "Not a duration"},
		"negative window":             {acctest.Object{"rotation_interval": "7d", "early_rotation_window": "-1d"}, "early_rotation_window", "Not a duration"},
		"negative retention":          {acctest.Object{"inactive_key_retention": "-1d"}, "inactive_key_retention", "Not a duration"},
		"retention without unit":      {acctest.Object{"inactive_key_retention": "0"}, "inactive_key_retention", "Not a duration"},
		"time-out that is none":       {acctest.Object{"timeouts": acctest.Object{"create": "20 minutes"}}, "timeouts.create", "Invalid Attribute Value Time Duration"},
		"interval longer than a life": {acctest.Object{"rotation_interval": "300000w"}, "rotation_interval", "Not a duration"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			estate, jira := newJira(t)
			test.config["instance"] = "jira"
			estate.NewManagedResource("atlassian_dc_aes_rotation").Validate(t, test.config).MustFailAt(t, test.path, test.says)
			verify(t, sent(jira))
		})
	}
}
