// SPDX-License-Identifier: MPL-2.0

package provider

import "testing"

func TestUserAgent_namesProviderCLIAndWhatTheUserAdds(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		terraform, appended string
		want                string
	}{
		"CLI unknown":      {want: "terraform-provider-atlassian/1.2.3"},
		"CLI known":        {terraform: "1.14.3", want: "terraform-provider-atlassian/1.2.3 Terraform/1.14.3"},
		"appended":         {terraform: "1.14.3", appended: "acme-pipeline/7 (nightly)", want: "terraform-provider-atlassian/1.2.3 Terraform/1.14.3 acme-pipeline/7 (nightly)"},
		"appended lines":   {appended: " acme\r\nX-Injected: yes\x00 ", want: "terraform-provider-atlassian/1.2.3 acme X-Injected: yes"},
		"appended nothing": {appended: " \n", want: "terraform-provider-atlassian/1.2.3"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			lookup := func(variable string) (string, bool) {
				return test.appended, variable == "TF_APPEND_USER_AGENT"
			}
			built, ok := New("1.2.3", WithEnvironment(lookup))().(*atlassianProvider)
			if !ok {
				t.Fatal("New makes another type")
			}
			built.terraformVersion = test.terraform
			if got := built.userAgent(); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
