// SPDX-License-Identifier: MPL-2.0

package transport

import (
	"bytes"
	"regexp"
)

// commands are what a CI system takes for orders wherever they stand in a log, or at
// the start of a line, where Terraform's wrapping may put any word: ##vso[ of Azure
// Pipelines, ##[ and ::error:: of GitHub Actions, ##teamcity[. Written is how the
// same is written out.
//
// See https://learn.microsoft.com/azure/devops/pipelines/scripts/logging-commands and
// https://docs.github.com/actions/reference/workflow-commands-for-github-actions.
var commands = []struct {
	marker  []byte
	pattern *regexp.Regexp
	written []byte
}{
	{[]byte("##"), regexp.MustCompile(`##([A-Za-z]*\[)`), []byte(`#\x23${1}`)},
	{[]byte("::"), regexp.MustCompile(`::([A-Za-z-]+(?: [^:]*)?::)`), []byte(`:\x3a${1}`)},
}

// disarm writes out what gives orders to a CI system. It returns the same slice
// where there is none.
func disarm(text []byte) []byte {
	for _, command := range commands {
		if bytes.Contains(text, command.marker) {
			text = command.pattern.ReplaceAll(text, command.written)
		}
	}
	return text
}
