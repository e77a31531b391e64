package pack

import (
	"context"

	"cuelang.org/go/opm-cue/internal/env"
	"cuelang.org/go/opm-cue/internal/rpc"
)

// Methods are the handlers of this package, by the names of the protocol.
func Methods(*env.Env) map[string]rpc.Handler {
	return map[string]rpc.Handler{"pack": handlePack, "compare": handleCompare}
}

func handlePack(ctx context.Context, call *rpc.Call) (any, error) {
	var params Params
	if err := call.Params(&params); err != nil {
		return nil, err
	}
	return Pack(ctx, params)
}

func handleCompare(_ context.Context, call *rpc.Call) (any, error) {
	var params struct {
		Path    string    `json:"path"`
		Version string    `json:"version"`
		Zips    [2]string `json:"zips"`
	}
	if err := call.Params(&params); err != nil {
		return nil, err
	}
	return Compare(params.Path, params.Version, params.Zips)
}
