// Package modules has the methods on registries and the module cache: where modules are, which versions there are, and what
// the cache has.
package modules

import (
	"context"
	"runtime"

	"cuelang.org/go/internal/cueversion"

	"cuelang.org/go/opm-cue/internal/env"
	"cuelang.org/go/opm-cue/internal/rpc"
)

// Methods returns the handlers of this package.
func Methods(e *env.Env) map[string]rpc.Handler {
	return map[string]rpc.Handler{
		"start":     start,
		"configure": configure(e),
		"resolve":   resolve(e),
		"versions":  versions(e),
		"download":  download(e),
		"verify":    verify(e),
		"remove":    remove(e),
	}
}

type startResult struct {
	Protocol int    `json:"protocol"`
	CUE      string `json:"cue"`
	Language string `json:"language"`
	Go       string `json:"go"`
}

func start(_ context.Context, call *rpc.Call) (any, error) {
	var params struct {
		Protocol int `json:"protocol"`
	}
	if err := call.Params(&params); err != nil {
		return nil, err
	}
	if params.Protocol != rpc.Protocol {
		return nil, rpc.Errorf(rpc.Invalid, "opm-cue speaks protocol %d, not %d: opm and opm-cue are of different releases", rpc.Protocol, params.Protocol)
	}
	return startResult{rpc.Protocol, cueversion.ModuleVersion(), cueversion.LanguageVersion(), runtime.Version()}, nil
}

func configure(e *env.Env) rpc.Handler {
	return func(_ context.Context, call *rpc.Call) (any, error) {
		var params struct {
			Registry string `json:"registry"`
			Cache    string `json:"cache"`
			Offline  bool   `json:"offline"`
			Watched  bool   `json:"watched"`
		}
		if err := call.Params(&params); err != nil {
			return nil, err
		}
		return struct{}{}, e.Configure(params.Registry, params.Cache, params.Offline, params.Watched)
	}
}
