// SPDX-License-Identifier: MPL-2.0

package simulator

import "time"

// AuditTimeForm is how an entry of the audit log writes its time. The recorded
// answers carry [AuditMilliseconds]; the others are what Atlassian's services
// and files are known to write elsewhere, or no time at all.
type AuditTimeForm int

// The forms of times.
const (
	AuditMilliseconds  AuditTimeForm = iota // 2026-03-01T08:00:00.123Z
	AuditSeconds                            // 2026-03-01T08:00:00Z
	AuditOffset                             // 2026-03-01T08:00:00+00:00
	AuditOffsetNoColon                      // 2026-03-01T08:00:00+0000
	AuditMinutes                            // 2026-03-01T08:00Z
	AuditLowerCase                          // 2026-03-01t08:00:00z
	AuditLeapSecond                         // 2026-03-01T08:00:60Z
	AuditNoZone                             // 2026-03-01T08:00:00
	AuditEpochMillis                        // 1772352000000
	AuditEpochSeconds                       // 1772352000
	AuditEpochObject                        // {"epochSecond":1772352000,"nano":0}
	AuditYear9999                           // 9999-12-31T23:59:59.000Z
	AuditEmptyTime                          // ""
	AuditNullTime                           // null
	AuditAbsentTime                         // no field at all
	AuditNeverTime                          // "never"
	AuditListTime                           // [2026,3,1]
	auditTimeForms
)

// String describes the form.
func (f AuditTimeForm) String() string {
	return [...]string{
		"milliseconds", "seconds", "an offset", "an offset without a colon", "minutes", "lower case", "a leap second", "a time without a zone",
		"milliseconds since 1970", "seconds since 1970", "an object", "the year 9999", "an empty text", "null", "nothing", "never", "a list",
	}[f]
}

// AuditTimeForms returns every form.
func AuditTimeForms() []AuditTimeForm {
	forms := make([]AuditTimeForm, auditTimeForms)
	for n := range forms {
		forms[n] = AuditTimeForm(n)
	}
	return forms
}

// layout returns the layout of a form that is a text, "" for the others.
func (f AuditTimeForm) layout() string {
	switch f {
	case AuditMilliseconds:
		return auditTimeForm
	case AuditSeconds:
		return "2006-01-02T15:04:05Z"
	case AuditOffset:
		return "2006-01-02T15:04:05-07:00"
	case AuditOffsetNoColon:
		return "2006-01-02T15:04:05-0700"
	case AuditMinutes:
		return "2006-01-02T15:04Z"
	case AuditLowerCase:
		return "2006-01-02t15:04:05z"
	case AuditLeapSecond:
		return "2006-01-02T15:04:60Z"
	case AuditNoZone:
		return "2006-01-02T15:04:05"
	default:
		return ""
	}
}

// write puts the time into a rendered entry.
func (f AuditTimeForm) write(rendered object, at time.Time) {
	at = at.UTC()
	if layout := f.layout(); layout != "" {
		rendered["timestamp"] = at.Format(layout)
		return
	}
	switch f {
	case AuditEpochMillis:
		rendered["timestamp"] = at.UnixMilli()
	case AuditEpochSeconds:
		rendered["timestamp"] = at.Unix()
	case AuditEpochObject:
		rendered["timestamp"] = object{"epochSecond": at.Unix(), "nano": at.Nanosecond()}
	case AuditYear9999:
		rendered["timestamp"] = "9999-12-31T23:59:59.000Z"
	case AuditEmptyTime:
		rendered["timestamp"] = ""
	case AuditNullTime:
		rendered["timestamp"] = nil
	case AuditNeverTime:
		rendered["timestamp"] = "never"
	case AuditListTime:
		rendered["timestamp"] = []int{at.Year(), int(at.Month()), at.Day()}
	default: // AuditAbsentTime has no field.
	}
}
