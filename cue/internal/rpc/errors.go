package rpc

import (
	"context"
	"errors"
	"fmt"
)

// Code is what kind of failure an [Error] is; opm makes exit codes of them.
type Code string

// The codes of the protocol.
const (
	Invalid    Code = "invalid"
	Refused    Code = "refused"
	Network    Code = "network"
	Permission Code = "permission"
	NotFound   Code = "not-found"
	General    Code = "general"
	Internal   Code = "internal"
	Cancelled  Code = "cancelled"
)

// Position is a place in a file. Line and Column count from 1 and are 0 where not known; File is relative to the module's
// root, or absolute for other files.
type Position struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
}

// Diagnostic is one finding of the evaluator, or of a check. Positions is never null on the wire.
type Diagnostic struct {
	Message   string     `json:"message"`
	Positions []Position `json:"positions"`
	Path      string     `json:"path,omitempty"`
	Check     string     `json:"check,omitempty"`
}

// Error is a failure as the wire has it, of either side.
type Error struct {
	Code        Code           `json:"code"`
	Message     string         `json:"message"`
	Diagnostics []Diagnostic   `json:"diagnostics,omitempty"`
	Details     map[string]any `json:"details,omitempty"`

	cause error
}

var errTooLarge = &Error{Code: General, Message: "the answer is larger than 64 MiB"}

func (e *Error) Error() string { return e.Message }

// Unwrap returns the last %w operand that [Errorf] was given.
func (e *Error) Unwrap() error { return e.cause }

// Errorf returns an error of a code. What is wrapped by %w can be found by [errors.Is], but is not sent.
func Errorf(code Code, format string, args ...any) *Error {
	wrapped := fmt.Errorf(format, args...)
	return &Error{Code: code, Message: wrapped.Error(), cause: wrapped}
}

// With returns the error with one more detail.
func (e *Error) With(name string, value any) *Error {
	c := *e
	c.Details = map[string]any{name: value}
	for k, v := range e.Details {
		c.Details[k] = v
	}
	return &c
}

// FromError finds what to send for an error of a call: an [Error] in its chain, an error of the host whose text is in the
// error's text, as libraries that format errors with %v leave it, or [General].
func FromError(ctx context.Context, err error) *Error {
	if e, ok := Find(ctx, err); ok {
		return withPositions(e)
	}
	if errors.Is(err, context.Canceled) {
		return &Error{Code: Cancelled, Message: "cancelled"}
	}
	return &Error{Code: General, Message: err.Error()}
}

// Find returns the [Error] that an error of the call of ctx has in its chain or, formatted, in its text.
func Find(ctx context.Context, err error) (*Error, bool) {
	if e, ok := errors.AsType[*Error](err); ok {
		return e, true
	}
	return memoryOf(ctx).find(err)
}

// withPositions makes an empty list of positions that is not null on the wire.
func withPositions(e *Error) *Error {
	for i := range e.Diagnostics {
		if e.Diagnostics[i].Positions == nil {
			e.Diagnostics[i].Positions = []Position{}
		}
	}
	return e
}
