package modules

import (
	"context"

	"cuelang.org/go/opm-cue/internal/registry"
)

type location struct {
	Path       string `json:"path"`
	Version    string `json:"version,omitempty"`
	Host       string `json:"host"`
	Insecure   bool   `json:"insecure"`
	Repository string `json:"repository"`
	Tag        string `json:"tag,omitempty"`
}

type resolveParams struct {
	Modules []moduleVersion `json:"modules"`
}

type resolved struct {
	Locations []location `json:"locations"`
}

func resolve(_ context.Context, bound *registry.Bound, params resolveParams) (*resolved, error) {
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
		found, err := bound.Source().Resolve(base, m.Version)
		if err != nil {
			return nil, err
		}
		locations[i] = location{Path: m.Path, Version: m.Version, Host: found.Host, Insecure: found.Insecure, Repository: found.Repository}
		if m.Version != "" {
			locations[i].Tag = found.Tag
		}
	}
	return &resolved{locations}, nil
}
