// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"net/http"
	"slices"
	"testing"

	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

func TestWithWitness_endsARequestAtAnyMoment(t *testing.T) {
	t.Parallel()
	moments := []simulator.Moment{simulator.Arrived, simulator.CarriedOut, simulator.Answered}
	for n, last := range moments {
		t.Run(last.String(), func(t *testing.T) {
			t.Parallel()
			var seen []simulator.Moment
			sim := simulator.New(simulator.WithWitness(func(moment simulator.Moment, _ *http.Request) {
				seen = append(seen, moment)
				if moment == last {
					panic(http.ErrAbortHandler)
				}
			}))
			t.Cleanup(sim.Close)
			jira := sim.AddInstance(simulator.InstanceConfig{Name: "jira", Product: simulator.Jira, Token: "token"})
			request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, jira.URL()+"/rest/secrets/1.0/keys/rotate", http.NoBody)
			if err != nil {
				t.Fatal(err)
			}
			request.Header.Set("Authorization", "Bearer token")
			request.Header.Set("X-Atlassian-Token", "no-check")
			response, err := http.DefaultTransport.RoundTrip(request)
			if err == nil {
				_ = response.Body.Close()
			}
			if answered := err == nil; answered != (last == simulator.Answered) {
				t.Errorf("error %v", err)
			}
			jira.WaitIdle()
			if !slices.Equal(seen, moments[:n+1]) {
				t.Errorf("the witness saw %v", seen)
			}
			if rotations := jira.Rotations(); rotations != min(n, 1) {
				t.Errorf("%d rotations", rotations)
			}
		})
	}
}
