package provider_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/clock"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

// One apply rotates a whole fleet, each instance once, and one refresh asks each
// instance once.
func TestAccDCAESRotation_oneApplyRotatesTwoHundredInstances(t *testing.T) {
	t.Parallel()
	const size = 200
	estate := acctest.NewEstate(t, simulator.WithDelay(100*time.Millisecond), simulator.WithSleep(clock.System{}.Sleep))
	fleet := make([]*simulator.Instance, size)
	for i := range fleet {
		fleet[i] = estate.AddInstance(simulator.InstanceConfig{Name: fmt.Sprintf("jira-%d", i), Product: simulator.Jira, Token: "jira-token"})
	}
	config := estate.ProviderBlock() + fmt.Sprintf(`
resource "atlassian_dc_aes_rotation" "fleet" {
  for_each = toset([for i in range(%d) : "jira-${i}"])
  instance = each.key
}
`, size)
	workspace := estate.NewWorkspace(t)
	workspace.MustConfigure(config)
	workspace.MustRun(0, "apply", "-auto-approve", "-parallelism=50")
	for _, instance := range fleet {
		verify(t, rotated(instance, 1))
		instance.ResetLog()
	}
	workspace.MustRun(0, "plan", "-detailed-exitcode")
	for _, instance := range fleet {
		verify(t, sent(instance, listInactive))
	}
}
