// SPDX-License-Identifier: MPL-2.0

// Package process prepares the process that serves the provider: what it logs,
// and how it collects garbage.
package process

import "strings"

// Lookup returns an environment variable, as [os.LookupEnv] does.
type Lookup func(name string) (value string, ok bool)

// LogsAsked reports whether anybody reads what the provider logs: whether the
// environment sets a level, other than off, for Terraform, for providers or for
// an acceptance test.
//
// See https://developer.hashicorp.com/terraform/plugin/log/managing.
func LogsAsked(lookup Lookup) bool {
	for _, name := range append(loggers(), "TF_LOG", "TF_LOG_CORE", "TF_LOG_PROVIDER", "TF_ACC_LOG", "TF_ACC_LOG_PATH") {
		if level, _ := lookup(name); level != "" && !strings.EqualFold(level, "off") {
			return true
		}
	}
	return false
}

// loggers are the variables that the loggers of a provider take their level
// from. Where they are not set everything is written, down to TRACE, for
// Terraform to throw away: a third of the time that a plan takes the provider.
func loggers() []string {
	return []string{"TF_LOG_SDK", "TF_LOG_SDK_FRAMEWORK", "TF_LOG_SDK_PROTO", "TF_LOG_PROVIDER_ATLASSIAN"}
}

// SilenceLogs sets the loggers of this process off unless somebody reads them.
// It works on what is served after it.
func SilenceLogs(lookup Lookup, set func(name, value string) error) error {
	if LogsAsked(lookup) {
		return nil
	}
	for _, name := range loggers() {
		if err := set(name, "off"); err != nil {
			return err
		}
	}
	return nil
}
