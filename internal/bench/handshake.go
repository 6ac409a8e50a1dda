// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/keyrotation/terraform-provider-atlassian/internal/clock"
)

// beginning is how a provider starts: until it says where it listens, until it
// has told its schema, and what it then holds in memory.
type beginning struct {
	handshake, schema time.Duration
	resident          float64
}

// begin starts a provider as a CLI does.
func begin(ctx context.Context, binary string) (beginning, error) {
	var seen beginning
	started := clock.System{}.Now()
	command := exec.CommandContext(ctx, binary)
	command.Env = append(os.Environ(), "TF_PLUGIN_MAGIC_COOKIE=d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2", "PLUGIN_PROTOCOL_VERSIONS=6")
	output, err := command.StdoutPipe()
	if err != nil {
		return seen, err
	}
	if err := command.Start(); err != nil {
		return seen, err
	}
	defer func() {
		_ = command.Process.Kill()
		_ = command.Wait()
	}()
	line, err := bufio.NewReader(output).ReadString('\n')
	if err != nil {
		return seen, err
	}
	seen.handshake = since(started)
	fields := strings.Split(line, "|")
	if len(fields) < 4 {
		return seen, fmt.Errorf("unexpected handshake %q", line)
	}
	asked := clock.System{}.Now()
	if err := askSchema(ctx, fields[2]+":"+fields[3]); err != nil {
		return seen, err
	}
	seen.schema, seen.resident = since(asked), residentNow(command.Process.Pid)
	return seen, nil
}

func since(start time.Time) time.Duration {
	return clock.System{}.Now().Sub(start)
}

// askSchema asks for the schema as bytes: nobody reads it.
func askSchema(ctx context.Context, address string) error {
	connection, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.ForceCodec(rawCodec{}), grpc.MaxCallRecvMsgSize(64<<20)))
	if err != nil {
		return err
	}
	defer func() { _ = connection.Close() }()
	var answer []byte
	return connection.Invoke(ctx, "/tfplugin6.Provider/GetProviderSchema", []byte{}, &answer)
}

// rawCodec leaves messages as they are.
type rawCodec struct{}

func (rawCodec) Name() string {
	return "proto"
}

func (rawCodec) Marshal(message any) ([]byte, error) {
	content, ok := message.([]byte)
	if !ok {
		return nil, fmt.Errorf("unexpected message of type %T", message)
	}
	return content, nil
}

func (rawCodec) Unmarshal(content []byte, message any) error {
	target, ok := message.(*[]byte)
	if !ok {
		return fmt.Errorf("unexpected message of type %T", message)
	}
	*target = append([]byte(nil), content...)
	return nil
}
