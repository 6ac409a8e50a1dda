// SPDX-License-Identifier: MPL-2.0

package transport

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"
)

// TLS says whom to trust and who to be. Its zero value trusts what the machine
// trusts and shows no certificate. All three files are PEM.
type TLS struct {
	// CACertificate holds certificates to trust besides those of the machine.
	CACertificate []byte
	// ClientCertificate and ClientKey authenticate to a server that asks.
	ClientCertificate []byte
	ClientKey         []byte
	// SkipVerify accepts any certificate of the server.
	SkipVerify bool
}

const (
	dialTimeout      = 30 * time.Second
	handshakeTimeout = 10 * time.Second
	idleTimeout      = 90 * time.Second
	// maxIdlePerHost exceeds any sensible -parallelism, so that no connection is
	// closed between two requests.
	maxIdlePerHost = 64
)

var (
	errNoCertificate   = errors.New("not a PEM certificate")
	errKeyMismatch     = errors.New("not a PEM private key that fits the client certificate")
	errLoneCertificate = errors.New("missing, but there is a client certificate")
	errLoneKey         = errors.New("missing, but there is a client key")
)

// NewRoundTripper returns what sends requests: connections are kept and reused,
// HTTP/2 is used where offered, TLS is 1.2 at least, and the proxy comes from
// the environment. An error names the input that is wrong and shows none of it.
func NewRoundTripper(settings TLS) (*http.Transport, error) {
	config, err := settings.config()
	if err != nil {
		return nil, err
	}
	dialer := &net.Dialer{Timeout: dialTimeout}
	return &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         dialer.DialContext,
		TLSClientConfig:     config,
		TLSHandshakeTimeout: handshakeTimeout,
		ForceAttemptHTTP2:   true,
		MaxIdleConnsPerHost: maxIdlePerHost,
		IdleConnTimeout:     idleTimeout,
	}, nil
}

// config translates the settings for crypto/tls.
func (t TLS) config() (*tls.Config, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12, InsecureSkipVerify: t.SkipVerify}
	if len(t.CACertificate) > 0 {
		pool, err := trusted(t.CACertificate)
		if err != nil {
			return nil, fmt.Errorf("CA certificate: %w", err)
		}
		config.RootCAs = pool
	}
	identity, err := t.identity()
	if err != nil {
		return nil, err
	}
	config.Certificates = identity
	return config, nil
}

// identity returns the client certificate, or none.
func (t TLS) identity() ([]tls.Certificate, error) {
	switch {
	case len(t.ClientCertificate) == 0 && len(t.ClientKey) == 0:
		return nil, nil
	case len(t.ClientCertificate) == 0:
		return nil, fmt.Errorf("client certificate: %w", errLoneKey)
	case len(t.ClientKey) == 0:
		return nil, fmt.Errorf("client key: %w", errLoneCertificate)
	}
	if _, err := certificates(t.ClientCertificate); err != nil {
		return nil, fmt.Errorf("client certificate: %w", err)
	}
	pair, err := tls.X509KeyPair(t.ClientCertificate, t.ClientKey)
	if err != nil {
		// The cause is left out: it may quote the input.
		return nil, fmt.Errorf("client key: %w", errKeyMismatch)
	}
	return []tls.Certificate{pair}, nil
}

// trusted returns the certificates of the machine and those given.
func trusted(bundle []byte) (*x509.CertPool, error) {
	added, err := certificates(bundle)
	if err != nil {
		return nil, err
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		return nil, fmt.Errorf("the certificates of this machine cannot be read: %w", err)
	}
	for _, certificate := range added {
		pool.AddCert(certificate)
	}
	return pool, nil
}

// certificates reads a PEM bundle, of which every block must be a certificate.
func certificates(bundle []byte) ([]*x509.Certificate, error) {
	var found []*x509.Certificate
	for block, rest := pem.Decode(bundle); block != nil; block, rest = pem.Decode(rest) {
		certificate, err := x509.ParseCertificate(block.Bytes)
		if block.Type != "CERTIFICATE" || err != nil {
			return nil, errNoCertificate
		}
		found = append(found, certificate)
	}
	if len(found) == 0 {
		return nil, errNoCertificate
	}
	return found, nil
}
