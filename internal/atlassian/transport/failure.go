// SPDX-License-Identifier: MPL-2.0

package transport

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
)

// failure is the Error of one attempt and what decides whether another follows.
type failure struct {
	*Error
	// header is that of the answer, nil where none came.
	header http.Header
	// lasting says that a repetition cannot help.
	lasting bool
}

// repeatable reports whether another attempt of the call is safe and may help.
func (f *failure) repeatable(call *call) bool {
	if f.lasting {
		return false
	}
	switch f.Kind {
	case NotSent, RateLimited:
		return true
	case Interrupted, TimedOut, Unreadable:
		return call.repeatable
	case Redirected:
		// A page in place of an answer may have swallowed one; for a read it says
		// all there is to know.
		return call.repeatable && !isRead(call.method) && call.accepts(f.Status)
	case ServerFailed:
		return call.repeatable && f.Status != http.StatusNotImplemented
	default:
		return false
	}
}

// isBeforeSending reports whether the error can only come before the first byte
// of a request: dialling, name resolution, TLS.
func isBeforeSending(err error) bool {
	if dial, ok := errors.AsType[*net.OpError](err); ok && (dial.Op == "dial" || dial.Op == "proxyconnect") {
		return true
	}
	_, isName := errors.AsType[*net.DNSError](err)
	return isName || isCertificateError(err) || errors.Is(err, http.ErrSchemeMismatch)
}

// isLasting reports whether the other side will not take this connection
// however often it is tried: an untrusted certificate on either side, or no
// TLS at all.
func isLasting(err error) bool {
	// This is how crypto/tls reports an alert of the server.
	if remote, ok := errors.AsType[*net.OpError](err); ok && remote.Op == "remote error" {
		return true
	}
	_, isPlain := errors.AsType[tls.RecordHeaderError](err)
	return isPlain || isCertificateError(err) || errors.Is(err, http.ErrSchemeMismatch)
}

// isCertificateError reports whether the server's certificate was not accepted.
func isCertificateError(err error) bool {
	_, verification := errors.AsType[*tls.CertificateVerificationError](err)
	_, authority := errors.AsType[x509.UnknownAuthorityError](err)
	_, hostname := errors.AsType[x509.HostnameError](err)
	_, invalid := errors.AsType[x509.CertificateInvalidError](err)
	return verification || authority || hostname || invalid
}
