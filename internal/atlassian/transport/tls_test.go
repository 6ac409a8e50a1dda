// SPDX-License-Identifier: MPL-2.0

package transport

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// identity returns a self-signed client certificate and its key as PEM.
func identity(t *testing.T) (certificate, key []byte) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		Subject:      pkix.Name{CommonName: "terraform"},
		NotAfter:     time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC),
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
		pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: encoded})
}

func TestNewRoundTripper_namesTheInputThatIsWrong(t *testing.T) {
	t.Parallel()
	certificate, key := identity(t)
	_, otherKey := identity(t)
	broken := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte("canary-key")})
	brokenKey := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: []byte("canary-key")})
	for name, test := range map[string]struct {
		settings TLS
		names    string
		cause    error
	}{
		"CA is no PEM":             {TLS{CACertificate: []byte("canary-key")}, "CA certificate", errNoCertificate},
		"CA is broken":             {TLS{CACertificate: broken}, "CA certificate", errNoCertificate},
		"CA is a key":              {TLS{CACertificate: key}, "CA certificate", errNoCertificate},
		"CA ends in a key":         {TLS{CACertificate: append(append([]byte{}, certificate...), key...)}, "CA certificate", errNoCertificate},
		"certificate without key":  {TLS{ClientCertificate: certificate}, "client key", errLoneCertificate},
		"key without certificate":  {TLS{ClientKey: key}, "client certificate", errLoneKey},
		"certificate is no PEM":    {TLS{ClientCertificate: []byte("canary-key"), ClientKey: key}, "client certificate", errNoCertificate},
		"certificate is broken":    {TLS{ClientCertificate: broken, ClientKey: key}, "client certificate", errNoCertificate},
		"key is no PEM":            {TLS{ClientCertificate: certificate, ClientKey: []byte("canary-key")}, "client key", errKeyMismatch},
		"key is broken":            {TLS{ClientCertificate: certificate, ClientKey: brokenKey}, "client key", errKeyMismatch},
		"key of another":           {TLS{ClientCertificate: certificate, ClientKey: otherKey}, "client key", errKeyMismatch},
		"key is a certificate too": {TLS{ClientCertificate: certificate, ClientKey: certificate}, "client key", errKeyMismatch},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := NewRoundTripper(test.settings)
			if !errors.Is(err, test.cause) || !strings.HasPrefix(err.Error(), test.names+": ") {
				t.Fatalf("error is %v, want %s: %v", err, test.names, test.cause)
			}
			if strings.Contains(err.Error(), "canary") || strings.Contains(err.Error(), "BEGIN") {
				t.Errorf("error shows its input: %v", err)
			}
		})
	}
}

func TestNewRoundTripper_isStrict(t *testing.T) {
	t.Parallel()
	sends := newRoundTripper(t, TLS{})
	if got := sends.TLSClientConfig.MinVersion; got != tls.VersionTLS12 {
		t.Errorf("minimum version is %x", got)
	}
	if sends.TLSClientConfig.InsecureSkipVerify || !sends.ForceAttemptHTTP2 || sends.Proxy == nil {
		t.Errorf("verification is skipped, HTTP/2 is off or the proxy is ignored")
	}
}

func TestNewRoundTripper_showsClientCertificate(t *testing.T) {
	t.Parallel()
	certificate, key := identity(t)
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(certificate)
	server, ca := serveTLS(t, func(server *httptest.Server) {
		server.TLS = &tls.Config{ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: pool}
	})
	sends := newRoundTripper(t, TLS{CACertificate: ca, ClientCertificate: certificate, ClientKey: key})
	if _, err := newTestClient(t, server.URL, sends).Do(t.Context(), get); err != nil {
		t.Error(err)
	}
	without := newTestClient(t, server.URL, newRoundTripper(t, TLS{CACertificate: ca}), withoutWaiting)
	_, err := without.Do(t.Context(), get)
	// In TLS 1.3 the server refuses when the client already writes its request.
	if failure := failed(t, err); failure.Kind != NotSent && failure.Kind != Interrupted {
		t.Errorf("kind is %d: %v", failure.Kind, err)
	}
}
