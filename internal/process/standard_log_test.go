// SPDX-License-Identifier: MPL-2.0

package process_test

import (
	"bufio"
	"bytes"
	"io"
	"log"
	"net"
	"net/http"
	"testing"

	"github.com/keyrotation/terraform-provider-atlassian/internal/process"
)

// It listens to the log of the whole test process, and so runs alone.
func TestSilenceStandardLog_keepsWhatServersSendUnasked(t *testing.T) { //nolint:paralleltest // it redirects the log of the process
	var heard bytes.Buffer
	output, flags := log.Writer(), log.Flags()
	t.Cleanup(func() { log.SetOutput(output); log.SetFlags(flags) })
	log.SetOutput(&heard)
	provokeLog(t)
	if heard.Len() == 0 {
		t.Fatal("net/http logs nothing any more: nothing is shown here")
	}
	heard.Reset()
	process.SilenceStandardLog(log.Default())
	provokeLog(t)
	log.Print("canary")
	if heard.Len() > 0 {
		t.Errorf("logged: %s", heard.Bytes())
	}
}

// provokeLog has net/http come by an answer that nobody asked for. It returns once
// that is dealt with.
func provokeLog(t *testing.T) {
	t.Helper()
	near, far := net.Pipe()
	closed := make(chan struct{})
	sends := &http.Transport{Dial: func(string, string) (net.Conn, error) { return watched{near, closed}, nil }} //nolint:staticcheck // A context changes nothing here.
	go func() {
		_, _ = http.ReadRequest(bufio.NewReader(far))
		_, _ = io.WriteString(far, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}HTTP/1.1 200 OK\r\nX-Echo: canary\r\n\r\n")
	}()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://jira.example.com/", nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := sends.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, response.Body)
	_ = response.Body.Close()
	// The connection is given up once the rest was looked at.
	<-closed
}

// watched is a connection that tells when it is closed.
type watched struct {
	net.Conn

	closed chan struct{}
}

func (w watched) Close() error {
	select {
	case <-w.closed:
	default:
		close(w.closed)
	}
	return w.Conn.Close()
}
