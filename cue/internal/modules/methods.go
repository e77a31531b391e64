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
		"start":     rpc.Handle(start),
		"configure": rpc.Handle(configure(e)),
		"resolve":   env.Handle(e, resolve),
		"versions":  env.Handle(e, versions),
		"download":  download(e),
		"verify":    env.Handle(e, verify),
		"remove":    env.Handle(e, remove),
	}
}

type startResult struct {
	Protocol int    `json:"protocol"`
	CUE      string `json:"cue"`
	Language string `json:"language"`
	Go       string `json:"go"`
}

type startParams struct {
	Protocol int `json:"protocol"`
}

func start(_ context.Context, params startParams) (startResult, error) {
	if params.Protocol != rpc.Protocol {
		return startResult{}, rpc.Errorf(rpc.Invalid, "opm-cue speaks protocol %d, not %d: opm and opm-cue are of different releases", rpc.Protocol, params.Protocol)
	}
	return startResult{rpc.Protocol, cueversion.ModuleVersion(), cueversion.LanguageVersion(), runtime.Version()}, nil
}

type configureParams struct {
	Registry string `json:"registry"`
	Cache    string `json:"cache"`
	Offline  bool   `json:"offline"`
	Watched  bool   `json:"watched"`
}

func configure(e *env.Env) func(context.Context, configureParams) (struct{}, error) {
	return func(_ context.Context, params configureParams) (struct{}, error) {
		return struct{}{}, e.Configure(params.Registry, params.Cache, params.Offline, params.Watched)
	}
}
