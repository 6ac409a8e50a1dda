// SPDX-License-Identifier: MPL-2.0

package simulator

import "net/http"

// Moment is a point in the handling of a request.
type Moment int

const (
	// Arrived: nothing has been done yet about what was asked.
	Arrived Moment = iota
	// CarriedOut: what was asked is done, and nothing of the answer was sent.
	CarriedOut
	// Answered: the whole answer was sent.
	Answered
)

// String returns the name of the moment.
func (m Moment) String() string {
	return [...]string{"before the request", "after the change", "after the answer"}[m]
}

// WithWitness has every request that no fault disturbs wait at each moment
// until witness returns. A witness that panics with [http.ErrAbortHandler] ends
// the handling there and drops the connection.
func WithWitness(witness func(Moment, *http.Request)) Option {
	return func(s *Simulator) { s.witness = witness }
}

// answerBefore does what r asks before a witness.
func (s *server) answerBefore(w http.ResponseWriter, r *http.Request) {
	s.witness(Arrived, r)
	answer := s.carryOut(r)
	s.witness(CarriedOut, r)
	answer.writeTo(w)
	_ = http.NewResponseController(w).Flush()
	s.witness(Answered, r)
}
