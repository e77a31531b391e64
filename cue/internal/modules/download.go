package modules

import (
	"context"
	"os"
	"sync"
	"time"

	"cuelang.org/go/mod/module"
	"golang.org/x/sync/errgroup"

	"cuelang.org/go/opm-cue/internal/env"
	"cuelang.org/go/opm-cue/internal/registry"
	"cuelang.org/go/opm-cue/internal/rpc"
)

const (
	// downloadLimit is how many archives are fetched at once.
	downloadLimit = 16
	// eventInterval is how often a download tells how far it is.
	eventInterval = 100 * time.Millisecond
)

type downloaded struct {
	moduleVersion
	Folder string         `json:"folder"`
	Bytes  int64          `json:"bytes"`
	State  registry.State `json:"state"`
}

type progressEvent struct {
	moduleVersion
	Received int64 `json:"received"`
	Total    int64 `json:"total"`
}

type downloadParams struct {
	Modules []moduleVersion `json:"modules"`
	Force   bool            `json:"force"`
}

type downloadResult struct {
	Modules []downloaded `json:"modules"`
}

// download is the one method that tells how far it is, for which it takes the call.
func download(e *env.Env) rpc.Handler {
	return func(ctx context.Context, call *rpc.Call) (any, error) {
		return env.Handle(e, func(ctx context.Context, bound *registry.Bound, params downloadParams) (*downloadResult, error) {
			return downloadAll(ctx, call, bound.Source(), params)
		})(ctx, call)
	}
}

func downloadAll(ctx context.Context, call *rpc.Call, source *registry.Registry, params downloadParams) (*downloadResult, error) {
	list, err := parseAll(params.Modules)
	if err != nil {
		return nil, err
	}
	results := make([]downloaded, len(list))
	group, groupCtx := errgroup.WithContext(ctx)
	group.SetLimit(downloadLimit)
	for i, mv := range list {
		group.Go(func() (err error) {
			results[i], err = downloadOne(groupCtx, call, source, mv, params.Force)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return &downloadResult{results}, nil
}

func downloadOne(ctx context.Context, call *rpc.Call, source *registry.Registry, mv module.Version, force bool) (downloaded, error) {
	name := moduleVersion{mv.Path(), mv.Version()}
	state, err := source.Ensure(ctx, mv, registry.EnsureOptions{Repair: true, Force: force, Progress: teller(call, name)})
	if err != nil {
		return downloaded{}, err
	}
	layout, err := source.Store().Layout(mv)
	if err != nil {
		return downloaded{}, err
	}
	result := downloaded{moduleVersion: name, Folder: layout.Extract, State: state}
	if info, err := os.Stat(layout.Zip); err == nil {
		result.Bytes = info.Size()
	}
	return result, nil
}

// teller sends events, not more often than anybody can look at them, and always the last one.
func teller(call *rpc.Call, name moduleVersion) func(received, total int64) {
	var mu sync.Mutex
	var last time.Time
	return func(received, total int64) {
		mu.Lock()
		defer mu.Unlock()
		if received < total && time.Since(last) < eventInterval {
			return
		}
		last = time.Now()
		// An event that cannot be sent is no reason to stop: the reply will fail as well.
		_ = call.Event(progressEvent{name, received, total})
	}
}
