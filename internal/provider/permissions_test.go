// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
)

// Every type says what it needs, and where Atlassian says so: a role, a scope or
// nothing at all.
func TestTypes_sayWhatTheyNeed(t *testing.T) {
	t.Parallel()
	needs := regexp.MustCompile(`(?i)(?:\bneeds\b|required permission:)[^.]*\b(administrator|API key|scopes?|no permission|no credentials)\b|\banybody may\b|\bthat is all the permission\b`)
	page := regexp.MustCompile(`https://[a-z.]*atlassian\.com/`)
	schemas := acctest.NewEstate(t).StartProcess(t).Schemas
	descriptions := map[string]string{}
	for kind, types := range map[string]map[string]*tfprotov6.Schema{
		"resource": schemas.ResourceSchemas, "data source": schemas.DataSourceSchemas, "list resource": schemas.ListResourceSchemas,
	} {
		for name, schema := range types {
			descriptions[kind+" "+name] = schema.Block.Description
		}
	}
	for name, action := range schemas.ActionSchemas {
		descriptions["action "+name] = action.Schema.Block.Description
	}
	for name, text := range descriptions {
		if !needs.MatchString(text) {
			t.Errorf("%s does not say what it needs:\n%s", name, text)
		}
		if !strings.Contains(text, "no permission") && !page.MatchString(text) {
			t.Errorf("%s names no page of Atlassian", name)
		}
	}
}

// The guide says it for all of them in one table.
func TestTypes_areInTheTableOfPermissions(t *testing.T) {
	t.Parallel()
	guide, err := os.ReadFile("../../templates/guides/security-model.md.tmpl")
	if err != nil {
		t.Fatal(err)
	}
	schemas := acctest.NewEstate(t).StartProcess(t).Schemas
	for kind, names := range map[string][]string{
		"resource": slices.Collect(maps.Keys(schemas.ResourceSchemas)), "data source": slices.Collect(maps.Keys(schemas.DataSourceSchemas)),
		"list": slices.Collect(maps.Keys(schemas.ListResourceSchemas)), "action": slices.Collect(maps.Keys(schemas.ActionSchemas)),
	} {
		for _, name := range names {
			row := regexp.MustCompile("(?m)^\\|[^|]*`" + strings.TrimPrefix(name, "atlassian_") + "`[^|]*\\b" + kind + "\\b[^|]*\\|")
			if !row.Match(guide) {
				t.Errorf("%s %s has no row", kind, name)
			}
		}
	}
}
