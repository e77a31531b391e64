package modules

import (
	"context"

	"cuelang.org/go/opm-cue/internal/registry"
)

type removeParams struct {
	Modules []moduleVersion `json:"modules"`
	Damaged bool            `json:"damaged"`
}

type removed struct {
	Bytes int64 `json:"bytes"`
}

func remove(ctx context.Context, bound *registry.Bound, params removeParams) (*removed, error) {
	list, err := parseAll(params.Modules)
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
	return &removed{total}, nil
}
