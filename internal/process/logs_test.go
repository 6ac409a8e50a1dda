// SPDX-License-Identifier: MPL-2.0

package process_test

import (
	"errors"
	"testing"

	"github.com/keyrotation/terraform-provider-atlassian/internal/process"
)

func TestSilenceLogs_setsLoggersOffOnlyWhereNobodyAsksForLogs(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		variable, level string
		asked           bool
	}{
		"nothing is set":          {"", "", false},
		"TF_LOG":                  {"TF_LOG", "DEBUG", true},
		"TF_LOG is JSON":          {"TF_LOG", "JSON", true},
		"TF_LOG is off":           {"TF_LOG", "off", false},
		"TF_LOG is OFF":           {"TF_LOG", "OFF", false},
		"TF_LOG set to empty":     {"TF_LOG", "", false},
		"Terraform itself":        {"TF_LOG_CORE", "TRACE", true},
		"all providers":           {"TF_LOG_PROVIDER", "TRACE", true},
		"this provider":           {"TF_LOG_PROVIDER_ATLASSIAN", "DEBUG", true},
		"the SDK":                 {"TF_LOG_SDK", "TRACE", true},
		"the framework":           {"TF_LOG_SDK_FRAMEWORK", "WARN", true},
		"the protocol":            {"TF_LOG_SDK_PROTO", "TRACE", true},
		"the SDK is off":          {"TF_LOG_SDK", "off", false},
		"an acceptance test":      {"TF_ACC_LOG", "TRACE", true},
		"its file":                {"TF_ACC_LOG_PATH", "log.txt", true},
		"a file for no level":     {"TF_LOG_PATH", "log.txt", false},
		"another provider's logs": {"TF_LOG_PROVIDER_AWS", "TRACE", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			environment := map[string]string{test.variable: test.level}
			lookup := func(name string) (string, bool) { value, ok := environment[name]; return value, ok }
			set := func(name, value string) error { environment[name] = value; return nil }
			if got := process.LogsAsked(lookup); got != test.asked {
				t.Errorf("asked for: %t", got)
			}
			if err := process.SilenceLogs(lookup, set); err != nil {
				t.Fatal(err)
			}
			for _, logger := range []string{"TF_LOG_SDK", "TF_LOG_SDK_FRAMEWORK", "TF_LOG_SDK_PROTO", "TF_LOG_PROVIDER_ATLASSIAN"} {
				if off := environment[logger] == "off"; off == test.asked {
					t.Errorf("%s is off: %t", logger, off)
				}
			}
			if process.LogsAsked(lookup) != test.asked {
				t.Error("asked again, it says something else")
			}
		})
	}
}

func TestSilenceLogs_reportsAVariableThatCannotBeSet(t *testing.T) {
	t.Parallel()
	refused := errors.New("refused")
	err := process.SilenceLogs(func(string) (string, bool) { return "", false }, func(string, string) error { return refused })
	if !errors.Is(err, refused) {
		t.Errorf("got %v", err)
	}
}
