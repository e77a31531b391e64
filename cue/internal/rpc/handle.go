package rpc

import "context"

// Handle makes a handler of a function of the request's parameters, which are read into a P as [Call.Params] does.
func Handle[P, R any](do func(ctx context.Context, params P) (R, error)) Handler {
	return func(ctx context.Context, call *Call) (any, error) {
		var params P
		if err := call.Params(&params); err != nil {
			return nil, err
		}
		return do(ctx, params)
	}
}
