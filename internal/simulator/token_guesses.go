// SPDX-License-Identifier: MPL-2.0

package simulator

// TokenGuesses holds what no public documentation settles about tokens. The zero
// value is what was observed, or else the most plausible.
type TokenGuesses struct {
	// CreatedStatus is the answer of Jira and Confluence to the making of a
	// token; 0 is 201, which was observed.
	CreatedStatus int
	// RFC3339Times writes times of Jira and Confluence with Z instead of +0000.
	RFC3339Times bool
	// NeverIsYear9999 makes tokens that never expire do so in the year 9999.
	// Otherwise expiringAt is null.
	NeverIsYear9999 bool
	// RefuseLongExpiry refuses too long an expiry with 400 on Jira and
	// Confluence, which otherwise cut it down to the longest.
	RefuseLongExpiry bool
	// LimitStatus is the answer of Jira and Confluence to one token too many; 0
	// is 400, and 409 is as plausible.
	LimitStatus int
	// UniqueNames refuses a name that is taken with 400 everywhere. Otherwise
	// only Bamboo does.
	UniqueNames bool
	// TellLastUse puts lastAccessedAt into one's own list on Jira and
	// Confluence. Otherwise only the administrators' search tells.
	TellLastUse bool
	// PruneExpired removes expired tokens from lists.
	PruneExpired bool
	// RevokedIsAnonymous makes a revoked or expired secret as good as none, so
	// that what anybody may read is answered with 200 and X-AUSERNAME:
	// anonymous. Otherwise it is refused with 401 everywhere.
	RevokedIsAnonymous bool
	// TextDates makes Bitbucket write createdDate as its OpenAPI says, as text.
	// Otherwise it is milliseconds, as in recorded answers.
	TextDates bool
	// WidenPermissions makes Bitbucket add the repository permission that a
	// project permission implies.
	WidenPermissions bool
	// BambooTokensCreate lets a token of Bamboo make tokens. Otherwise only a
	// password does.
	BambooTokensCreate bool
	// BambooIgnoresExpiry makes Bamboo before 9.4 ignore an expiry, which it
	// otherwise refuses with 400.
	BambooIgnoresExpiry bool
	// BambooCountsDown makes Bamboo tell the days that are left. Otherwise it
	// repeats those that were asked for.
	BambooCountsDown bool
}
