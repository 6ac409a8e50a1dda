package cloud

import "testing"

func TestCursorOf(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":             "",
		"bare-cursor=": "bare-cursor=",
		"https://api.atlassian.com/admin/v1/orgs/o/events?limit=3&cursor=a%2Bb": "a+b",
		"https://elsewhere.example/?cursor=c":                                   "c",
		"https://api.atlassian.com/admin/v1/orgs/o/events?limit=3":              "",
		"/admin/v1/orgs/o/events?cursor=d":                                      "d",
		"%zz":                                                                   "%zz",
	} {
		if got := cursorOf(text); got != want {
			t.Errorf("cursorOf(%q) = %q, want %q", text, got, want)
		}
	}
}
