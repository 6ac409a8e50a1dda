// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"fmt"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

// The refresh of a whole fleet in one process, ten at a time as a CLI walks it.
func TestDCAESRotation_refreshOfAFleetAsksEachInstanceOnce(t *testing.T) {
	t.Parallel()
	for _, size := range []int{1, 50, 500} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			t.Parallel()
			const typeName = "atlassian_dc_aes_rotation"
			estate := acctest.NewEstate(t)
			fleet := make([]*simulator.Instance, size)
			for i := range fleet {
				fleet[i] = estate.AddInstance(simulator.InstanceConfig{Name: fmt.Sprintf("jira-%d", i), Product: simulator.Jira, Token: "jira-token"})
			}
			process := estate.StartProcess(t)
			readers := errgroup.Group{}
			readers.SetLimit(10)
			for _, instance := range fleet {
				state := process.Encode(process.Schemas.ResourceSchemas[typeName], acctest.Object{
					"id": instance.Name(), "instance": instance.Name(), "rotation_interval": "90d",
				})
				readers.Go(func() error { return refreshState(t.Context(), process, typeName, state) })
			}
			if err := readers.Wait(); err != nil {
				t.Error(err)
			}
			for _, instance := range fleet {
				if requests, connections := len(instance.Requests()), instance.Connections(); requests != 1 || connections != 1 {
					t.Errorf("%s saw %d requests by %d connections", instance.Name(), requests, connections)
				}
			}
		})
	}
}
