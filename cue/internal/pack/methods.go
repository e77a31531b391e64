package pack

import (
	"context"

	"cuelang.org/go/opm-cue/internal/env"
	"cuelang.org/go/opm-cue/internal/rpc"
)

// Methods are the handlers of this package, by the names of the protocol.
func Methods(*env.Env) map[string]rpc.Handler {
	return map[string]rpc.Handler{"pack": rpc.Handle(Pack), "compare": rpc.Handle(compare)}
}

type compareParams struct {
	Path    string    `json:"path"`
	Version string    `json:"version"`
	Zips    [2]string `json:"zips"`
}

func compare(_ context.Context, params compareParams) (*Comparison, error) {
	return Compare(params.Path, params.Version, params.Zips)
}
