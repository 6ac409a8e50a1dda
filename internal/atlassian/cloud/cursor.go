package cloud

import "net/url"

// cursorOf returns the cursor that a link to a page holds, or the text itself
// where it is a bare cursor. A link is never followed: it may lead to a host
// that must not see the API key.
func cursorOf(text string) string {
	link, err := url.Parse(text)
	switch {
	case err == nil && link.Query().Has("cursor"):
		return link.Query().Get("cursor")
	case err == nil && link.IsAbs():
		return ""
	default:
		return text
	}
}
