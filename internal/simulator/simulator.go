// SPDX-License-Identifier: MPL-2.0

// Package simulator is a stand-in for Atlassian Cloud and for Atlassian Data
// Center: a library for tests and, in cmd/atlassian-simulator, a command for
// people. It answers what Atlassian's public documentation says the real
// services answer, and refuses what they would refuse. Behavior that no
// documentation settles is marked [guess] and can be switched.
//
// It listens on loopback addresses only and keeps everything in memory.
package simulator

import (
	"context"
	"crypto/rand"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/clock"
)

// Simulator runs any number of Data Center instances and one Atlassian Cloud
// with any number of organizations. Its methods may be called concurrently.
type Simulator struct {
	now          func() time.Time
	sleep        func(context.Context, time.Duration) error
	random       io.Reader
	delay        time.Duration
	witness      func(Moment, *http.Request)
	cloudAddress string
	logLimit     int

	// mu guards the state of every instance and organization: a tunnel joins
	// the two, so one lock for all keeps a delivery atomic.
	mu        sync.Mutex
	instances []*Instance
	cloud     *Cloud
}

// Option adjusts a [Simulator].
type Option func(*Simulator)

// WithClock makes the simulator tell the time by now instead of by the
// machine's clock. It is called with the simulator locked, and must not use
// the simulator itself.
func WithClock(now func() time.Time) Option {
	return func(s *Simulator) { s.now = now }
}

// WithSleep makes the simulator wait by sleep, which returns early with an
// error when the context is done, instead of by the machine's clock.
func WithSleep(sleep func(ctx context.Context, d time.Duration) error) Option {
	return func(s *Simulator) { s.sleep = sleep }
}

// WithDelay makes every request take d, waited by the sleep function, before
// anything is done about it.
func WithDelay(d time.Duration) Option {
	return func(s *Simulator) { s.delay = d }
}

// WithRandom makes the simulator take the bytes of secrets and identifiers
// from source, so that a test can repeat them.
func WithRandom(source io.Reader) Option {
	return func(s *Simulator) { s.random = source }
}

// WithCloudAddress makes Atlassian Cloud listen on a loopback host and port,
// such as "127.0.0.1:8080", instead of on a port of the system's choice.
func WithCloudAddress(address string) Option {
	return func(s *Simulator) { s.cloudAddress = address }
}

// WithRequestLog makes every service keep the latest limit requests instead of
// the latest 100,000.
func WithRequestLog(limit int) Option {
	return func(s *Simulator) { s.logLimit = limit }
}

// New returns a simulator without instances and organizations.
func New(options ...Option) *Simulator {
	s := &Simulator{
		now:          clock.System{}.Now,
		sleep:        clock.System{}.Sleep,
		witness:      func(Moment, *http.Request) {},
		random:       rand.Reader,
		cloudAddress: anyLoopbackPort,
		logLimit:     defaultLogLimit,
	}
	for _, option := range options {
		option(s)
	}
	return s
}

// AddInstance starts a Data Center instance on a loopback port. It panics if
// the instance cannot listen; [Simulator.StartInstance] returns the error.
func (s *Simulator) AddInstance(config InstanceConfig) *Instance {
	instance, err := s.StartInstance(config)
	if err != nil {
		panic(err)
	}
	return instance
}

// StartInstance starts a Data Center instance and returns an error where its
// address is taken or no loopback address, or its configuration is unusable.
func (s *Simulator) StartInstance(config InstanceConfig) (*Instance, error) {
	instance, err := newInstance(s, config)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.instances = append(s.instances, instance)
	return instance, nil
}

// Close stops every listener and waits for the requests under way.
func (s *Simulator) Close() {
	for _, server := range s.servers() {
		server.close()
	}
}

// locked returns what read does under the lock.
func locked[T any](s *Simulator, read func() T) T {
	s.mu.Lock()
	defer s.mu.Unlock()
	return read()
}

func (s *Simulator) servers() []*server {
	s.mu.Lock()
	defer s.mu.Unlock()
	var servers []*server
	for _, instance := range s.instances {
		servers = append(servers, instance.server)
	}
	if s.cloud != nil {
		servers = append(servers, s.cloud.server)
	}
	return servers
}
