// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

const (
	controlVariable = "ATLASSIAN_SIMULATOR_CONTROL"
	controlDefault  = "127.0.0.1:8079"
	controlPath     = "/commands"
	// controlHeader keeps out web pages, which cannot send it across origins.
	controlHeader = "X-Atlassian-Simulator"
	maxCommand    = 1 << 16
)

// control is the API that takes commands while the simulator runs.
type control struct {
	address string
	server  *http.Server
}

// startControl listens on a loopback address.
func startControl(w *world, address string) (*control, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("control address %q: %w", address, err)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, fmt.Errorf("control address: %q is no loopback address", host)
	}
	listener, err := new(net.ListenConfig).Listen(context.Background(), "tcp", address)
	if err != nil {
		return nil, err
	}
	c := &control{
		address: listener.Addr().String(),
		server:  &http.Server{Handler: controlHandler(w), ReadHeaderTimeout: time.Minute},
	}
	go func() { _ = c.server.Serve(listener) }()
	return c, nil
}

func (c *control) stop() {
	_ = c.server.Close()
}

// controlHandler takes POST /commands with {"arguments": [...]} and answers
// plain text.
func controlHandler(w *world) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+controlPath, func(writer http.ResponseWriter, r *http.Request) {
		if r.Header.Get(controlHeader) == "" {
			http.Error(writer, "the header "+controlHeader+" is missing", http.StatusForbidden)
			return
		}
		var command struct {
			Arguments []string `json:"arguments"`
		}
		if err := json.NewDecoder(http.MaxBytesReader(writer, r.Body, maxCommand)).Decode(&command); err != nil {
			http.Error(writer, err.Error(), http.StatusBadRequest)
			return
		}
		said, err := w.obey(command.Arguments)
		if err != nil {
			http.Error(writer, err.Error(), http.StatusBadRequest)
			return
		}
		_, _ = io.WriteString(writer, said)
	})
	return mux
}

// runClient sends one command to the simulator that runs at the address of the
// -control flag, of the environment, or where it listens by default.
func runClient(ctx context.Context, args []string, address string, output io.Writer) error {
	if address == "" {
		address = controlDefault
	}
	flags := flag.NewFlagSet("atlassian-simulator ctl", flag.ContinueOnError)
	flags.SetOutput(output)
	flags.StringVar(&address, "control", address, "address of the control API")
	if err := flags.Parse(args); err != nil {
		return err
	}
	body, err := json.Marshal(map[string][]string{"arguments": flags.Args()})
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+address+controlPath, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set(controlHeader, "ctl")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return fmt.Errorf("no simulator answers at %s: %w", address, err)
	}
	said, err := io.ReadAll(response.Body)
	if err := errors.Join(err, response.Body.Close()); err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return errors.New(strings.TrimSpace(string(said)))
	}
	_, err = output.Write(said)
	return err
}
