package modules

import (
	"context"
	"errors"
	"io/fs"
	"runtime"

	"cuelang.org/go/mod/module"
	"golang.org/x/sync/errgroup"

	"cuelang.org/go/opm-cue/internal/registry"
	"cuelang.org/go/opm-cue/internal/store"
)

type verified struct {
	moduleVersion
	Bytes    int64    `json:"bytes"`
	State    string   `json:"state"`
	Problems []string `json:"problems"`
}

type verifyParams struct {
	// Modules is nil for all that the cache has.
	Modules *[]moduleVersion `json:"modules"`
}

type verifyResult struct {
	Modules []verified `json:"modules"`
}

func verify(ctx context.Context, bound *registry.Bound, params verifyParams) (*verifyResult, error) {
	cache := bound.Source().Store()
	var list []module.Version
	var err error
	if params.Modules != nil {
		list, err = parseAll(*params.Modules)
	} else {
		list, err = cache.All()
	}
	if err != nil {
		return nil, err
	}
	results := make([]verified, len(list))
	group, groupCtx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, mv := range list {
		group.Go(func() (err error) {
			if groupCtx.Err() != nil {
				return context.Cause(groupCtx)
			}
			results[i], err = verifyOne(cache, mv)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return &verifyResult{results}, nil
}

func verifyOne(cache *store.Store, mv module.Version) (verified, error) {
	result := verified{moduleVersion: moduleVersion{mv.Path(), mv.Version()}, State: "cached", Problems: []string{}}
	problems, err := cache.Verify(mv)
	if errors.Is(err, fs.ErrNotExist) {
		result.State = "missing"
		return result, nil
	}
	if err != nil {
		return result, err
	}
	if layout, err := cache.Layout(mv); err == nil {
		result.Bytes = layout.Size()
	}
	if len(problems) > 0 {
		result.State, result.Problems = "damaged", problems
	}
	return result, nil
}
