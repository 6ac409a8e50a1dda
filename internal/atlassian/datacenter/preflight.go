// SPDX-License-Identifier: MPL-2.0

package datacenter

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/transport"
)

// NotReadyError says why a preflight check keeps a key from being touched.
// Nothing was changed.
type NotReadyError struct {
	// Reason completes "the instance …".
	Reason string
	// Err is why the instance did not say otherwise; nil where it said so itself.
	Err error
}

func (e *NotReadyError) Error() string {
	if e.Err == nil {
		return "the instance " + e.Reason
	}
	return "the instance " + e.Reason + ": " + e.Err.Error()
}

func (e *NotReadyError) Unwrap() error {
	return e.Err
}

// Readiness is what a preflight found on an instance that is ready.
type Readiness struct {
	// Product is empty where the instance does not say what it is.
	Product Product
	// InactiveKeys names the inactive AES keys, in the order of the server.
	InactiveKeys []string
	// Warnings says what nobody could check, a sentence each.
	Warnings []string
}

// CheckReady finds out whether the AES key may be rotated, and changes nothing.
// It takes two answers' time: first the list of inactive keys, beside it and
// without credentials the state and the manifest; then what tells of the
// cluster. Where the list is refused nothing else is asked with these
// credentials, because a few failed logins lock an account.
//
// What the product does not offer is left out, with a warning where it matters.
// Its error is a [*StepError]: of [StepLook] where the keys could not be listed,
// of [StepCheck] with a [*NotReadyError] where the instance is not ready or
// fails to answer an endpoint that its product documents, and of [StepCheck]
// where somebody interrupts it.
func (i *Instance) CheckReady(ctx context.Context) (Readiness, error) {
	ready := Readiness{}
	untold, err := i.askFirst(ctx, &ready)
	if err == nil {
		err = i.askSecond(ctx, &ready, untold)
	}
	if errors.Is(ctx.Err(), context.Canceled) {
		// Which of the questions lost its answer is a matter of chance.
		err = &StepError{Step: StepCheck, Err: ctx.Err()}
	}
	return ready, err
}

// askFirst asks what needs no credentials beside the one question that proves
// them. It returns why the manifest did not tell the product, nil where it did.
func (i *Instance) askFirst(ctx context.Context, ready *Readiness) (untold, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var listErr, stateErr error
	var stateWarnings []string
	sideBySide(
		func() {
			if ready.InactiveKeys, listErr = i.InactiveKeys(ctx); isRefused(listErr) {
				cancel()
			}
		},
		func() {
			if stateWarnings, stateErr = i.checkState(ctx, i.nodeState); isNotReady(stateErr) {
				cancel()
			}
		},
		func() { ready.Product, untold = i.manifest(ctx) },
	)
	ready.Warnings = stateWarnings
	switch {
	case isNotReady(stateErr) && !isRefused(listErr):
		return untold, &StepError{Step: StepCheck, Err: stateErr}
	case listErr != nil:
		return untold, &StepError{Step: StepLook, Err: listErr}
	case stateErr != nil:
		return untold, &StepError{Step: StepCheck, Err: stateErr}
	default:
		return untold, nil
	}
}

// askSecond asks with credentials that have been accepted. Of an instance that
// did not say what it is, Crowd's own page is asked for.
func (i *Instance) askSecond(ctx context.Context, ready *Readiness, untold error) error {
	var answers []clusterAnswer
	product := ready.Product
	sideBySide(
		func() { answers = i.askCluster(ctx, ready.Product.Name) },
		func() {
			if product.Name != "" {
				return
			}
			if crowd, err := i.crowdServerInfo(ctx); err == nil && crowd.Name != "" {
				product = crowd
			}
		},
	)
	warnings, err := judgeCluster(ready.Product.Name, answers)
	ready.Product = product
	ready.Warnings = slices.Concat(ready.Warnings, productWarnings(product, untold), warnings)
	if err != nil {
		return &StepError{Step: StepCheck, Err: err}
	}
	return nil
}

// productWarnings says that nobody knows what the instance is, where that is
// not how the product answers but a failure.
func productWarnings(product Product, err error) []string {
	failure, ok := errors.AsType[*transport.Error](err)
	if product.Name != "" || !ok || !failure.MayPass() || failure.Kind == transport.Unreadable {
		return nil
	}
	return []string{fmt.Sprintf("The instance did not say what it is (%v): its product and version are not known, and nobody knows whether its cluster is in a rolling upgrade.", err)}
}

// nodeState asks where every product but Bamboo tells its state.
func (i *Instance) nodeState(ctx context.Context) (string, error) {
	return i.stateAt(ctx, statusPath)
}

// checkState fails unless the instance runs or does not say.
func (i *Instance) checkState(ctx context.Context, ask func(context.Context) (string, error)) (warnings []string, err error) {
	state, err := ask(ctx)
	failure, _ := errors.AsType[*transport.Error](err)
	switch {
	case err == nil && state == Running:
		return nil, nil
	case err == nil:
		return nil, &NotReadyError{Reason: fmt.Sprintf("is not running: its status is %q", state)}
	case isUntold(err):
		return []string{fmt.Sprintf("Nobody could check whether the instance is running: its status page does not tell (%v).", err)}, nil
	case failure == nil || failure.Kind == transport.NotSent || errors.Is(err, context.Canceled):
		return nil, err
	case failure.Status >= http.StatusInternalServerError:
		return nil, &NotReadyError{Reason: "is not running", Err: err}
	default:
		return nil, &NotReadyError{Reason: "did not say whether it is running", Err: err}
	}
}

// judgeCluster refuses a cluster in a rolling upgrade or with nodes of different
// versions: a node of the other version could not read what the new key
// encrypted. Of a product that is not known the endpoints are guesses: only a
// clear upgrade state counts.
func judgeCluster(product string, answers []clusterAnswer) (warnings []string, err error) {
	var told Cluster
	var untold, failed error
	standalone := false
	for _, answer := range answers {
		told.add(answer.told)
		standalone = standalone || answer.standalone
		if isUntold(answer.err) {
			untold = answer.err
		} else if answer.err != nil {
			failed = answer.err
		}
	}
	versions, known := told.Versions(), isKnown(product)
	differ := "runs nodes of different versions: " + strings.Join(versions, ", ")
	switch {
	case slices.Contains(upgradeStates, told.UpgradeState),
		known && told.UpgradeState != "" && told.UpgradeState != Stable:
		return nil, &NotReadyError{Reason: "is in a rolling upgrade: its upgrade state is " + told.UpgradeState}
	case !known && len(versions) > 1:
		return []string{"The instance did not say what it is, and " + differ + "."}, nil
	case !known:
		return nil, nil
	case len(versions) > 1:
		return nil, &NotReadyError{Reason: differ}
	case failed != nil:
		return nil, &NotReadyError{Reason: "did not say whether its cluster is in a rolling upgrade", Err: failed}
	case len(answers) > 0 && !standalone && told.UpgradeState == "" && len(versions) == 0:
		return []string{nobodyChecked(untold)}, nil
	default:
		return nil, nil
	}
}

func nobodyChecked(err error) string {
	const said = "Nobody could check whether the cluster is in a rolling upgrade or runs nodes of different versions: the instance tells neither"
	if err == nil {
		return said + "."
	}
	return fmt.Sprintf("%s (%v).", said, err)
}

// CheckDelivery finds out whether the instance can take the security key of its
// tunnel, and changes nothing: it asks for its state without credentials, and
// beside that for something harmless with them.
func (i *Instance) CheckDelivery(ctx context.Context) (warnings []string, err error) {
	asked, cancel := context.WithCancel(ctx)
	defer cancel()
	var stateErr, credentialsErr error
	sideBySide(
		func() {
			if warnings, stateErr = i.checkState(asked, i.State); isNotReady(stateErr) {
				cancel()
			}
		},
		func() {
			if credentialsErr = i.CheckCredentials(asked); isRefused(credentialsErr) {
				cancel()
			}
		},
	)
	switch {
	case isNotReady(stateErr) && !isRefused(credentialsErr):
		return warnings, stateErr
	case credentialsErr != nil:
		return warnings, credentialsErr
	default:
		return warnings, stateErr
	}
}

// isRefused reports whether the server answered err, and would answer it again.
func isRefused(err error) bool {
	failure, ok := errors.AsType[*transport.Error](err)
	return ok && failure.Kind == transport.Refused
}

// isLoginRefused reports whether err says that the credentials were not taken,
// which counts as a failed login, and not what they may do.
func isLoginRefused(err error) bool {
	failure, ok := errors.AsType[*transport.Error](err)
	return ok && (failure.Status == http.StatusUnauthorized || wantsCaptcha(failure))
}

func isNotReady(err error) bool {
	_, ok := errors.AsType[*NotReadyError](err)
	return ok
}

// sideBySide makes all asks at the same time and returns after the last answer.
func sideBySide(asks ...func()) {
	var group sync.WaitGroup
	for _, ask := range asks {
		group.Go(ask)
	}
	group.Wait()
}

// Product asks for product and version, and is empty where the instance does not
// say.
func (i *Instance) Product(ctx context.Context) (Product, error) {
	product, err := i.manifest(ctx)
	if product.Name == "" {
		product, err = i.ownPages(ctx, err)
	}
	return product, err
}
