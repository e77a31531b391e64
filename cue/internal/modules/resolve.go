package modules

import (
	"context"

	"cuelang.org/go/opm-cue/internal/env"
	"cuelang.org/go/opm-cue/internal/rpc"
)

type location struct {
	Path       string `json:"path"`
	Version    string `json:"version,omitempty"`
	Host       string `json:"host"`
	Insecure   bool   `json:"insecure"`
	Repository string `json:"repository"`
	Tag        string `json:"tag,omitempty"`
}

func resolve(e *env.Env) rpc.Handler {
	return func(ctx context.Context, call *rpc.Call) (any, error) {
		var params struct {
			Modules []moduleVersion `json:"modules"`
		}
		if err := call.Params(&params); err != nil {
			return nil, err
		}
		registry, err := e.Registry(ctx)
		if err != nil {
			return nil, err
		}
		locations := make([]location, len(params.Modules))
		for i, m := range params.Modules {
			base, err := checkPath(m.Path)
			if err != nil {
				return nil, err
			}
			if m.Version != "" && base != m.Path {
				if _, err := m.parse(); err != nil {
					return nil, err
				}
			}
			found, err := registry.Source().Resolve(base, m.Version)
			if err != nil {
				return nil, err
			}
			locations[i] = location{Path: m.Path, Version: m.Version, Host: found.Host, Insecure: found.Insecure, Repository: found.Repository}
			if m.Version != "" {
				locations[i].Tag = found.Tag
			}
		}
		return struct {
			Locations []location `json:"locations"`
		}{locations}, nil
	}
}
