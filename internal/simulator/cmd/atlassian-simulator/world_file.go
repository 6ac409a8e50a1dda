// SPDX-License-Identifier: MPL-2.0

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

// worldFile describes what is simulated. Whatever is left out is made up.
type worldFile struct {
	// Now is what the clock shows at first; the machine's time if absent.
	Now           time.Time          `json:"now"`
	Organizations []organizationFile `json:"organizations"`
	Instances     []instanceFile     `json:"instances"`
}

type organizationFile struct {
	ID           string       `json:"id"`
	Name         string       `json:"name"`
	APIKeys      []apiKeyFile `json:"api_keys"`
	Users        []userFile   `json:"users"`
	UserTokens   []tokenFile  `json:"user_api_tokens"`
	AuthPolicies []string     `json:"auth_policies"`
	Tunnels      []tunnelFile `json:"tunnels"`
}

type apiKeyFile struct {
	ID        string    `json:"id"`
	Label     string    `json:"label"`
	Secret    string    `json:"secret"`
	Scopes    []string  `json:"scopes"`
	ExpiresAt time.Time `json:"expires_at"`
	ExpiresIn duration  `json:"expires_in"`
}

type accessTokenFile struct {
	Name        string    `json:"name"`
	Owner       string    `json:"owner"`
	Project     string    `json:"project"`
	Repository  string    `json:"repository"`
	Secret      string    `json:"secret"`
	Permissions []string  `json:"permissions"`
	ExpiresAt   time.Time `json:"expires_at"`
	ExpiresIn   duration  `json:"expires_in"`
}

type tokenRulesFile struct {
	Limit          int  `json:"limit"`
	MaxDays        int  `json:"max_days"`
	ExpiryRequired bool `json:"expiry_required"`
}

type accountFile struct {
	Name          string `json:"name"`
	Password      string `json:"password"`
	Administrator bool   `json:"administrator"`
}

type userFile struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Email string `json:"email"`
}

type tokenFile struct {
	Label  string `json:"label"`
	UserID string `json:"user_id"`
}

type tunnelFile struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Instance string `json:"instance"`
}

type instanceFile struct {
	Name              string              `json:"name"`
	Product           simulator.Product   `json:"product"`
	Version           string              `json:"version"`
	ContextPath       string              `json:"context_path"`
	Address           string              `json:"address"`
	Token             string              `json:"token"`
	UnprivilegedToken string              `json:"unprivileged_token"`
	Username          string              `json:"username"`
	Password          string              `json:"password"`
	CaptchaAfter      int                 `json:"captcha_after"`
	InactiveKeys      []string            `json:"inactive_keys"`
	Nodes             []nodeFile          `json:"nodes"`
	Tokens            []accessTokenFile   `json:"tokens"`
	TokenRules        tokenRulesFile      `json:"token_rules"`
	Projects          map[string][]string `json:"projects"`
	Users             []accountFile       `json:"users"`
}

type nodeFile struct {
	ID      string `json:"id"`
	Version string `json:"version"`
	State   string `json:"state"`
	Offline bool   `json:"offline"`
}

// readWorld reads a world from a file.
func readWorld(path string) (worldFile, error) {
	file, err := os.Open(path)
	if err != nil {
		return worldFile{}, err
	}
	description, err := decodeWorld(file)
	if err != nil {
		err = fmt.Errorf("%s: %w", path, err)
	}
	return description, errors.Join(err, file.Close())
}

func decodeWorld(source io.Reader) (worldFile, error) {
	decoder := json.NewDecoder(source)
	decoder.DisallowUnknownFields()
	var description worldFile
	if err := decoder.Decode(&description); err != nil {
		return description, err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return description, errors.New("more than one JSON value")
	}
	return description, description.check()
}

// check refuses what cannot be simulated.
func (d worldFile) check() error {
	names := map[string]bool{cloudName: true}
	for _, instance := range d.Instances {
		if instance.Name == "" || names[instance.Name] {
			return fmt.Errorf("instance %q: every instance needs a name of its own, other than %q", instance.Name, cloudName)
		}
		names[instance.Name] = true
	}
	for _, organization := range d.Organizations {
		for _, tunnel := range organization.Tunnels {
			if tunnel.Instance != "" && !names[tunnel.Instance] {
				return fmt.Errorf("tunnel %q leads to the instance %q, which there is none of", tunnel.Name, tunnel.Instance)
			}
		}
	}
	return nil
}

// defaultWorld is an organization, four instances and three tunnels: what the
// examples of the provider are about.
func defaultWorld() worldFile {
	const ada = "557058:4f9acfd2-6155-419b-8de5-5b5cf27a59a0"
	return worldFile{
		Organizations: []organizationFile{{
			ID:   "0c632b13-d717-4d1f-b895-208a5599d2f2",
			Name: "Example",
			APIKeys: []apiKeyFile{
				{ID: "7d0e9a6b-1f42-4c3d-8e5a-2b6c7d8e9f01", Label: "terraform"},
				{ID: "6f2b4c1e-3d58-4e7a-8c90-1b2a3d4e5f60", Label: "pipeline-2026-a"},
				{ID: "0a4f3c52-7be2-4d16-9a0e-5c1d8e2b7f60", Label: "reporting"},
			},
			Users: []userFile{
				{ID: ada, Name: "Ada Example", Email: "ada@example.com"},
				{ID: "557058:8d2f6b1c-0e47-4a95-b3d8-6c1a9e7f2b04", Name: "Bob Example", Email: "bob@example.com"},
			},
			UserTokens:   []tokenFile{{Label: "laptop", UserID: ada}},
			AuthPolicies: []string{"5f2b1a9e-0c6d-4b1e-9b52-0d8f7a3c6e11"},
			Tunnels: []tunnelFile{
				{ID: "e5e9e8f0-d429-4cb9-80bc-2f02cb91f587", Name: "jira-tunnel", Instance: "jira"},
				{ID: "c8bed056-28c1-4884-96a7-cc4012863d74", Name: "confluence-tunnel", Instance: "confluence"},
				{ID: "4f0b7a3d-95c2-4b1e-8a66-2d7e9c1f5b08", Name: "bitbucket-tunnel", Instance: "bitbucket"},
			},
		}},
		Instances: []instanceFile{
			{Name: "jira", Product: simulator.Jira},
			{Name: "confluence", Product: simulator.Confluence},
			{
				Name: "bitbucket", Product: simulator.Bitbucket, ContextPath: "/bitbucket",
				Projects: map[string][]string{"OPS": {"tools"}},
				Tokens:   []accessTokenFile{{Name: "deploy", Project: "OPS", Permissions: []string{"PROJECT_READ", "REPO_WRITE"}}},
			},
			{Name: "crowd", Product: simulator.Crowd, ContextPath: "/crowd"},
		},
	}
}

// duration is a time span with a unit: weeks, days, or what Go knows.
type duration time.Duration

// UnmarshalText parses spans such as 90d.
func (d *duration) UnmarshalText(text []byte) error {
	span, err := parseDuration(string(text))
	*d = duration(span)
	return err
}

func parseDuration(text string) (time.Duration, error) {
	for unit, length := range map[string]time.Duration{"d": 24 * time.Hour, "w": 7 * 24 * time.Hour} {
		if number, ok := strings.CutSuffix(text, unit); ok {
			count, err := strconv.Atoi(number)
			return time.Duration(count) * length, err
		}
	}
	return time.ParseDuration(text)
}
