// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
)

// tokenResource is added to the example: a token of jira whose superseded one
// goes on working for a week.
const tokenResource = `resource "atlassian_dc_personal_access_token" "ci" {
  instance              = "jira"
  name                  = "ci"
  expires_in            = "90d"
  rotation_interval     = "60d"
  revoke_previous_after = "7d"
  rotate_triggers       = { release = %q }
}
`

func (d *demonstration) makeToken(ctx context.Context) error {
	return d.applyToken(ctx, "1", 1)
}

func (d *demonstration) overlap(ctx context.Context) error {
	return d.applyToken(ctx, "2", 2)
}

// applyToken applies a release of the token, and checks how many tokens jira has
// besides that of its administrator.
func (d *demonstration) applyToken(ctx context.Context, release string, want int) error {
	text := fmt.Sprintf(tokenResource, release)
	if err := os.WriteFile(filepath.Join(d.workspace.Dir, "token.tf"), []byte(text), 0o600); err != nil {
		return err
	}
	if err := d.cli(ctx, nothingToDo, "apply", "-auto-approve", change); err != nil {
		return err
	}
	tokens := d.estate.jira().Tokens()[1:]
	if len(tokens) != want {
		return fmt.Errorf("jira has %d tokens besides its administrator's, want %d", len(tokens), want)
	}
	for _, token := range tokens {
		fmt.Fprintf(d.out, "On the other side: the token %s works until %s.\n", token.Name, token.ExpiresAt.Format("2006-01-02"))
	}
	return d.cli(ctx, nothingToDo, "plan", "-detailed-exitcode", change)
}
