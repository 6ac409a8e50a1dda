package provider

import "testing"

func TestProvider_logsOnlyWhereTheEnvironmentAsksForIt(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		variable, level string
		want            bool
	}{
		"nothing is set":      {"", "", false},
		"TF_LOG":              {"TF_LOG", "DEBUG", true},
		"TF_LOG is JSON":      {"TF_LOG", "JSON", true},
		"TF_LOG is off":       {"TF_LOG", "off", false},
		"all providers":       {"TF_LOG_PROVIDER", "TRACE", true},
		"this provider":       {"TF_LOG_PROVIDER_ATLASSIAN", "DEBUG", true},
		"an acceptance test":  {"TF_ACC_LOG", "TRACE", true},
		"something else":      {"TF_LOG_CORE", "TRACE", false},
		"TF_LOG set to empty": {"TF_LOG", "", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			lookup := func(name string) (string, bool) { return test.level, name == test.variable }
			configured := &atlassianProvider{environment: environment{lookup: lookup}}
			if got := configured.log() != nil; got != test.want {
				t.Errorf("it logs: %t", got)
			}
		})
	}
}
