package datacenter

import (
	"context"
	"fmt"
	"strings"
)

// NotReadyError says why a preflight check keeps a key from being touched.
// Nothing was changed.
type NotReadyError struct {
	// Reason completes "the instance …".
	Reason string
}

func (e *NotReadyError) Error() string {
	return "the instance " + e.Reason
}

// CheckRunning fails with a [NotReadyError] unless the instance says that it is
// running; an instance that does not say passes.
func (i *Instance) CheckRunning(ctx context.Context) error {
	state, err := i.State(ctx)
	switch {
	case notOffered(err):
		return nil
	case err != nil:
		return err
	case state != Running:
		return &NotReadyError{fmt.Sprintf("is not running: its status is %q", state)}
	default:
		return nil
	}
}

// CheckCluster fails with a [NotReadyError] while the cluster is in a rolling
// upgrade or its nodes run different versions: a node of the other version
// could not read what the new key encrypted.
func (i *Instance) CheckCluster(ctx context.Context, product string) error {
	cluster, err := i.Cluster(ctx, product)
	if err != nil {
		return err
	}
	if cluster.UpgradeState != "" && cluster.UpgradeState != Stable {
		return &NotReadyError{fmt.Sprintf("is in a rolling upgrade: its upgrade state is %s", cluster.UpgradeState)}
	}
	if versions := cluster.Versions(); len(versions) > 1 {
		return &NotReadyError{"runs nodes of different versions: " + strings.Join(versions, ", ")}
	}
	return nil
}
