package registry

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"time"

	"cuelang.org/go/mod/modregistry"

	"cuelang.org/go/opm-cue/internal/rpc"
)

// hostFailure gives an error of opm the module or the place that it is about.
func hostFailure(ctx context.Context, err error, subject string) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if e, ok := errors.AsType[*rpc.Error](err); ok {
		failure := rpc.Errorf(e.Code, "%s: %w", subject, e)
		failure.Diagnostics, failure.Details = e.Diagnostics, e.Details
		return rpc.Remember(ctx, failure)
	}
	return rpc.Remember(ctx, rpc.Errorf(rpc.Network, "%s: %w", subject, err))
}

// statusFailure tells what is not there from what cannot be told.
func statusFailure(resp *http.Response, subject string) error {
	body, _ := io.ReadAll(io.LimitReader(resp.Body, 8<<10))
	code, text := wireError(body)
	switch {
	case resp.StatusCode == http.StatusNotFound, code == "NAME_UNKNOWN", code == "NAME_INVALID", code == "MANIFEST_UNKNOWN":
		return remember(resp, rpc.Errorf(rpc.NotFound, "%s: not found, or not visible to this user: %w", subject, modregistry.ErrNotFound))
	case resp.StatusCode == http.StatusUnauthorized, resp.StatusCode == http.StatusForbidden:
		return remember(resp, rpc.Errorf(rpc.Permission, "%s: %s refused access (%s)%s", subject, resp.Request.URL.Host, resp.Status, text))
	default:
		return remember(resp, rpc.Errorf(rpc.Network, "%s: %s answered %s%s", subject, resp.Request.URL.Host, resp.Status, text))
	}
}

func remember(resp *http.Response, err *rpc.Error) error {
	return rpc.Remember(resp.Request.Context(), err)
}

// wireError reads the error body of the distribution specification; empty for others.
func wireError(body []byte) (code, text string) {
	var parsed struct {
		Errors []struct {
			Code    string `json:"code"`
			Message string `json:"message"`
		} `json:"errors"`
	}
	if json.Unmarshal(body, &parsed) != nil || len(parsed.Errors) == 0 {
		return "", ""
	}
	first := parsed.Errors[0]
	return first.Code, ": " + strings.Join(strings.Fields(first.Code+" "+first.Message), " ")
}

// offline says that something would have to be asked.
func (r *Registry) offline(subject string) error {
	return rpc.Errorf(rpc.NotFound, "%s: not in the module cache %s, and opm is offline: %w", subject, r.options.Cache, modregistry.ErrNotFound)
}

// retry is an error after which another attempt may succeed: as often as there are attempts, or only one more time.
type retry struct {
	error
	once bool
}

func (r *retry) Unwrap() error { return r.error }

func again(err error) error    { return &retry{err, false} }
func onceMore(err error) error { return &retry{err, true} }

// attemptLimit and attemptDelay are for answers that break off; what fails before an answer, the host has tried again already.
const (
	attemptLimit = 4
	attemptDelay = 100 * time.Millisecond
)

// attempts runs f until it succeeds, fails for good, or has failed too often.
func attempts(ctx context.Context, f func() error) error {
	for n := 1; ; n++ {
		err := f()
		var r *retry
		if !errors.As(err, &r) || ctx.Err() != nil {
			return err
		}
		if n >= attemptLimit || r.once && n >= 2 {
			return r.error
		}
		delay := attemptDelay << (n - 1)
		select {
		case <-time.After(delay + rand.N(delay)):
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}
