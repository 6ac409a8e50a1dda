// SPDX-License-Identifier: MPL-2.0

package main

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// The bench binary, linked under the name of a provider, stands in for it: it
// runs the real one and writes down what that used. A CLI does not tell.
const (
	measuredVariable = "BENCH_MEASURED_PROVIDER"
	usageVariable    = "BENCH_USAGE_FILE"
)

// usage is what one process used.
type usage struct {
	CPU time.Duration `json:"cpu"`
	// Resident is the largest resident set, in bytes; 0 where the system does not
	// tell.
	Resident int64 `json:"resident"`
}

func standsIn() bool {
	return os.Getenv(measuredVariable) != "" && strings.HasPrefix(filepath.Base(os.Args[0]), "terraform-provider-")
}

// runMeasured runs the real provider to its end and returns its exit code.
func runMeasured() int {
	command := exec.Command(os.Getenv(measuredVariable), os.Args[1:]...) //nolint:noctx // it lives as long as the CLI wants
	command.Stdin, command.Stdout, command.Stderr = os.Stdin, os.Stdout, os.Stderr
	err := command.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return 1
	}
	used := usage{CPU: command.ProcessState.UserTime() + command.ProcessState.SystemTime(), Resident: residentOf(command.ProcessState)}
	if err := appendUsage(os.Getenv(usageVariable), used); err != nil {
		return 1
	}
	return command.ProcessState.ExitCode()
}

func appendUsage(file string, used usage) error {
	line, err := json.Marshal(used)
	if err != nil {
		return err
	}
	out, err := os.OpenFile(file, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = out.Write(append(line, '\n'))
	return errors.Join(err, out.Close())
}

// readUsage sums up the CPU of all processes, and takes the largest resident set.
func readUsage(file string) (usage, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return usage{}, err
	}
	var total usage
	for line := range strings.Lines(string(content)) {
		var one usage
		if err := json.Unmarshal([]byte(line), &one); err != nil {
			return usage{}, err
		}
		total.CPU += one.CPU
		total.Resident = max(total.Resident, one.Resident)
	}
	return total, nil
}
