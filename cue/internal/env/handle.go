package env

import (
	"context"

	"cuelang.org/go/opm-cue/internal/registry"
	"cuelang.org/go/opm-cue/internal/rpc"
)

// Handle makes a handler of a function of the registry, bound to the request, and the request's parameters. Before configure the
// request is refused.
func Handle[P, R any](e *Env, do func(ctx context.Context, bound *registry.Bound, params P) (R, error)) rpc.Handler {
	return rpc.Handle(func(ctx context.Context, params P) (result R, err error) {
		bound, err := e.Registry(ctx)
		if err != nil {
			return result, err
		}
		return do(ctx, bound, params)
	})
}
