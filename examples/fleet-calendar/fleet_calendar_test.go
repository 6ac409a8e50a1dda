// SPDX-License-Identifier: MPL-2.0

// Package fleetcalendar_test plans and applies the fleet in this folder with a
// real CLI against the simulator.
package fleetcalendar_test

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/clock"
	"github.com/keyrotation/terraform-provider-atlassian/internal/rotation"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

const (
	instances = 300
	days      = 28
)

func TestMain(m *testing.M) {
	acctest.Main(m)
}

func TestAccFleet_spreadsItsFirstRotationsOverFourWeeks(t *testing.T) {
	t.Parallel()
	workspace := acctest.NewEstate(t).NewWorkspace(t)
	copyTo(t, workspace.Dir, "calendar.tf", "fleet.csv")
	workspace.MustRun(0, "apply", "-auto-approve", "-no-color")
	var perDay map[string]int
	output(t, workspace, "first_rotations_per_day", &perDay)
	if len(perDay) != days {
		t.Errorf("rotations on %d days, want %d", len(perDay), days)
	}
	total := 0
	for day, count := range perDay {
		total += count
		if count < instances/days || count > instances/days+1 {
			t.Errorf("%d rotations on %s, want %d or one more", count, day, instances/days)
		}
	}
	if total != instances {
		t.Errorf("%d rotations, want one for each of %d instances", total, instances)
	}
}

func TestFleet_hasAWindowOfItsOwnForEachInstance(t *testing.T) {
	t.Parallel()
	for _, line := range readFleet(t) {
		if _, err := rotation.NewWindow(line["window"], 4*time.Hour, line["time_zone"]); err != nil {
			t.Errorf("%s: %v", line["name"], err)
		}
	}
}

// TestAccFleet_isAppliedAsItsCalendarSays takes three instances of each day under
// management, with SOAK=1 the whole fleet, every one with its own window, and
// compares every date.
func TestAccFleet_isAppliedAsItsCalendarSays(t *testing.T) {
	t.Parallel()
	// The provider's process tells the time by the clock of the machine.
	estate := acctest.NewEstate(t, simulator.WithClock(clock.System{}.Now))
	workspace := estate.NewWorkspace(t)
	copyTo(t, workspace.Dir, "calendar.tf", "main.tf", "versions.tf")
	fleet := readFleet(t)
	if os.Getenv("SOAK") == "" {
		fleet = fleet[:3*days]
	}
	running := startFleet(t, estate, workspace.Dir, fleet)
	// A start in the future: nothing is due while the test runs.
	start := clock.System{}.Now().UTC().Truncate(24 * time.Hour).Add(24 * time.Hour)
	workspace.Env = append(estate.Environment(), "TF_VAR_start="+start.Format(time.RFC3339))

	workspace.MustRun(0, "apply", "-auto-approve", "-no-color")
	workspace.MustRun(0, "plan", "-detailed-exitcode", "-no-color")

	var dates map[string]time.Time
	output(t, workspace, "rotations", &dates)
	for place, line := range fleet {
		name := line["name"]
		window, err := rotation.NewWindow(line["window"], 4*time.Hour, line["time_zone"])
		if err != nil {
			t.Fatal(err)
		}
		if want := window.Opening(start.Add(time.Duration(place%days) * 24 * time.Hour)); !dates[name].Equal(want) {
			t.Errorf("%s rotates at %s, want %s", name, dates[name], want)
		}
		if got := running[name].Rotations(); got != 0 {
			t.Errorf("%s rotated %d times before its time", name, got)
		}
	}
}

// startFleet starts every instance of the fleet and writes the file that says
// where they are.
func startFleet(t *testing.T, estate *acctest.Estate, dir string, fleet []map[string]string) map[string]*simulator.Instance {
	t.Helper()
	products := map[string]simulator.Product{
		"jira": simulator.Jira, "confluence": simulator.Confluence, "bitbucket": simulator.Bitbucket, "crowd": simulator.Crowd,
	}
	running := map[string]*simulator.Instance{}
	var file strings.Builder
	writer := csv.NewWriter(&file)
	lines := [][]string{{"name", "url", "window", "time_zone"}}
	for _, line := range fleet {
		product, _, _ := strings.Cut(line["name"], "-")
		config := simulator.InstanceConfig{Name: line["name"], Product: products[product], Token: "token"}
		if config.Product == simulator.Bitbucket || config.Product == simulator.Crowd {
			config.Token, config.Password = "", "password" // No token administers these.
		}
		instance := estate.AddInstance(config)
		running[line["name"]] = instance
		lines = append(lines, []string{line["name"], instance.URL(), line["window"], line["time_zone"]})
	}
	if err := writer.WriteAll(lines); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "fleet.csv"), []byte(file.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return running
}

// readFleet returns the lines of the file by their columns, each name once.
func readFleet(t *testing.T) []map[string]string {
	t.Helper()
	file, err := os.Open("fleet.csv")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = file.Close() })
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var fleet []map[string]string
	names := map[string]bool{}
	for _, row := range rows[1:] {
		line := map[string]string{}
		for column, value := range row {
			line[rows[0][column]] = value
		}
		fleet = append(fleet, line)
		names[line["name"]] = true
	}
	if len(fleet) != instances || len(names) != instances {
		t.Fatalf("%d lines with %d names, want %d", len(fleet), len(names), instances)
	}
	return fleet
}

func output(t *testing.T, workspace *acctest.Workspace, name string, into any) {
	t.Helper()
	text := workspace.MustRun(0, "output", "-json", name).Stdout
	if err := json.Unmarshal([]byte(text), into); err != nil {
		t.Fatal(err)
	}
}

func copyTo(t *testing.T, dir string, files ...string) {
	t.Helper()
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, file), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
