// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"
)

const (
	anyLoopbackPort = "127.0.0.1:0"
	maxRequestBody  = 1 << 20
	readTimeout     = time.Minute
)

// server is what Cloud and every instance have in common: a loopback listener,
// a request log and faults.
type server struct {
	requestLog
	faults
	delay       time.Duration
	now         func() time.Time
	sleep       func(context.Context, time.Duration) error
	witness     func(Moment, *http.Request)
	certificate *certificate // Nil where the service speaks plain HTTP.
	handle      func(*http.Request) reply
	refuseRate  func(*http.Request) reply // The 429 in the service's own words.
	lastConn    atomic.Int64
	inFlight    *inFlight

	mu       sync.Mutex
	address  string
	held     *heldAddress // Nil before the first start.
	listener net.Listener
	running  *http.Server // Nil while stopped.
	refused  *http.Server // One that only finishes what it was doing.
}

// newServer returns a stopped server that takes time and delay from s.
func newServer(s *Simulator, address string) *server {
	return &server{
		requestLog: requestLog{limit: s.logLimit},

		delay:    s.delay,
		now:      s.now,
		sleep:    s.sleep,
		witness:  s.witness,
		inFlight: newInFlight(),
		address:  address,
	}
}

// Start listens again, on the same address as before. It does nothing while
// running.
func (s *server) Start() {
	if err := s.start(); err != nil {
		panic(err)
	}
}

func (s *server) start() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.running != nil {
		return nil
	}
	listener, err := s.listen()
	if err != nil {
		return err
	}
	s.address, s.listener = listener.Addr().String(), listener
	s.running = s.httpServer()
	s.inFlight.add()
	go s.serve(s.running, listener)
	return nil
}

// listen takes the address for the first time, or listens at it again.
func (s *server) listen() (net.Listener, error) {
	if s.held == nil {
		address, err := loopback(s.address)
		if err != nil {
			return nil, err
		}
		if s.held, err = holdAddress(address); err != nil {
			return nil, err
		}
	}
	return new(net.ListenConfig).Listen(context.Background(), "tcp", s.held.address)
}

// Stop closes the listener and every connection: from now on connections are
// refused, until Start. Nobody else is given the address meanwhile.
func (s *server) Stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.running != nil {
		// The server knows of its listener only once it serves.
		_ = s.listener.Close()
	}
	for _, server := range []*http.Server{s.running, s.refused} {
		if server != nil {
			_ = server.Close()
		}
	}
	s.running, s.refused = nil, nil
}

// refuse closes the listener and idle connections, and leaves what is under way
// to be answered.
func (s *server) refuse() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.running == nil {
		return
	}
	_ = s.listener.Close()
	s.running.SetKeepAlivesEnabled(false)
	s.running, s.refused = nil, s.running
}

// Inject adds a fault behind those injected before.
func (s *server) Inject(fault Fault) {
	if fault.Kind == RefuseConnection && fault.Skip == 0 {
		s.Stop()
		return
	}
	s.inject(fault)
}

// carryOut does what r asks, and what waited for that.
func (s *server) carryOut(r *http.Request) reply {
	answer := s.handle(r)
	s.completeAfter(r)
	return answer
}

// Address returns the host and port of the listener.
func (s *server) Address() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.address
}

// close stops the server for good and waits for what it was doing.
func (s *server) close() {
	s.Stop()
	s.release()
	s.inFlight.wait(0)
}

// release gives the address of a stopped server back.
func (s *server) release() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.held != nil {
		s.held.release()
		s.held = nil
	}
}

// WaitIdle returns when no request is under way, which includes requests whose
// client has gone.
func (s *server) WaitIdle() {
	listening := 0
	s.mu.Lock()
	if s.running != nil {
		listening = 1
	}
	s.mu.Unlock()
	s.inFlight.wait(listening)
}

// baseURL returns the scheme, host and port of the listener.
func (s *server) baseURL() string {
	if s.certificate != nil {
		return "https://" + s.Address()
	}
	return "http://" + s.Address()
}

// loopback refuses addresses that others than this machine can reach.
func loopback(address string) (netip.AddrPort, error) {
	resolved, err := net.ResolveTCPAddr("tcp", address)
	if err != nil {
		return netip.AddrPort{}, fmt.Errorf("simulator: address %q: %w", address, err)
	}
	result := netip.AddrPortFrom(resolved.AddrPort().Addr().Unmap(), resolved.AddrPort().Port())
	if !result.Addr().IsLoopback() {
		return netip.AddrPort{}, fmt.Errorf("simulator: %q is no loopback address", address)
	}
	return result, nil
}

func (s *server) httpServer() *http.Server {
	result := &http.Server{
		Handler:           http.HandlerFunc(s.serveHTTP),
		ConnContext:       s.connect,
		ReadHeaderTimeout: readTimeout,
		ErrorLog:          log.New(io.Discard, "", 0),
	}
	if s.certificate != nil {
		result.TLSConfig = s.certificate.serverConfig()
	}
	return result
}

func (s *server) serve(running *http.Server, listener net.Listener) {
	defer s.inFlight.done()
	if s.certificate != nil {
		_ = running.ServeTLS(listener, "", "")
		return
	}
	_ = running.Serve(listener)
}

// connectionKey is the context key of the [connection] of a request.
type connectionKey struct{}

// connection is a TCP connection with its number in the request log.
type connection struct {
	net.Conn
	number int64
}

func (s *server) connect(ctx context.Context, conn net.Conn) context.Context {
	number := s.lastConn.Add(1)
	s.connected(number)
	return context.WithValue(ctx, connectionKey{}, connection{Conn: conn, number: number})
}

func connectionOf(r *http.Request) connection {
	conn, _ := r.Context().Value(connectionKey{}).(connection)
	return conn
}

// serveHTTP logs the request, waits the configured delay, and answers as the
// service does or as an injected fault wants it.
func (s *server) serveHTTP(w http.ResponseWriter, r *http.Request) {
	s.inFlight.add()
	defer s.inFlight.done()
	entry := s.arrived(r, connectionOf(r).number, s.now())
	w = &statusWriter{ResponseWriter: w, log: &s.requestLog, entry: entry}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRequestBody))
	if err != nil {
		emptyReply(http.StatusRequestEntityTooLarge).writeTo(w)
		return
	}
	// The body stands in memory so that a fault may act on it after the
	// client has gone.
	r.Body = io.NopCloser(bytes.NewReader(body))
	if s.delay > 0 && s.sleep(r.Context(), s.delay) != nil {
		panic(http.ErrAbortHandler)
	}
	s.completeDue(s.now())
	fault, ok := s.take(r)
	if !ok {
		s.answerBefore(w, r)
		return
	}
	disturbance{server: s, fault: fault, request: r}.answer(w)
}
