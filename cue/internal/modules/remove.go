package modules

import (
	"context"

	"cuelang.org/go/opm-cue/internal/env"
	"cuelang.org/go/opm-cue/internal/rpc"
)

func remove(e *env.Env) rpc.Handler {
	return func(ctx context.Context, call *rpc.Call) (any, error) {
		var params struct {
			Modules []moduleVersion `json:"modules"`
			Damaged bool            `json:"damaged"`
		}
		if err := call.Params(&params); err != nil {
			return nil, err
		}
		list, err := parseAll(params.Modules)
		if err != nil {
			return nil, err
		}
		bound, err := e.Registry(ctx)
		if err != nil {
			return nil, err
		}
		var total int64
		drop := bound.Source().Store().Remove
		if params.Damaged {
			drop = bound.Source().Store().RemoveDamaged
		}
		for _, mv := range list {
			bytes, err := drop(ctx, mv)
			if err != nil {
				return nil, err
			}
			total += bytes
		}
		return struct {
			Bytes int64 `json:"bytes"`
		}{total}, nil
	}
}
