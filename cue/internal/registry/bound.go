package registry

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"cuelang.org/go/mod/modconfig"
	"cuelang.org/go/mod/modfile"
	"cuelang.org/go/mod/modregistry"
	"cuelang.org/go/mod/module"

	"cuelang.org/go/opm-cue/internal/rpc"
)

// Bound is a [Registry] in one call. It implements [modconfig.CachedRegistry], and remembers what it has found, so that each
// module version is looked at once. All its work has the context of the call, because CUE's libraries often give none: what
// the host says is remembered there, and the work ends with the call.
type Bound struct {
	registry *Registry
	ctx      context.Context

	mods     flights[module.Version, *modfile.File]
	trees    flights[module.Version, module.SourceLoc]
	versions flights[string, []string]

	mu       sync.Mutex
	repaired []module.Version
	denied   []*rpc.Error
}

var _ modconfig.CachedRegistry = (*Bound)(nil)

// Bind returns the registry for the call of ctx.
func (r *Registry) Bind(ctx context.Context) *Bound { return &Bound{registry: r, ctx: ctx} }

// Source returns the registry that is bound.
func (b *Bound) Source() *Registry { return b.registry }

// ModFile implements [modconfig.Registry].
func (b *Bound) ModFile(_ context.Context, mv module.Version) (*modfile.File, error) {
	return b.mods.do(mv, func() (*modfile.File, error) {
		file, repaired, err := b.registry.ModFile(b.ctx, mv)
		b.note(mv, repaired)
		return file, b.remember(err)
	})
}

// Fetch implements [modconfig.Registry]. Edited files in the cache are invalid.
func (b *Bound) Fetch(_ context.Context, mv module.Version) (module.SourceLoc, error) {
	return b.trees.do(mv, func() (module.SourceLoc, error) {
		state, err := b.registry.Ensure(b.ctx, mv, EnsureOptions{})
		if err != nil {
			return module.SourceLoc{}, b.remember(err)
		}
		b.note(mv, state == Repaired)
		return b.location(mv)
	})
}

// FetchFromCache implements [modconfig.CachedRegistry]. What is there and damaged is an error, or is repaired as by Fetch.
func (b *Bound) FetchFromCache(mv module.Version) (module.SourceLoc, error) {
	if !b.registry.store.HasTree(mv) {
		return module.SourceLoc{}, modregistry.ErrNotFound
	}
	return b.Fetch(b.ctx, mv)
}

func (b *Bound) location(mv module.Version) (module.SourceLoc, error) {
	layout, err := b.registry.store.Layout(mv)
	if err != nil {
		return module.SourceLoc{}, err
	}
	return module.SourceLoc{FS: module.OSDirFS(layout.Extract), Dir: "."}, nil
}

// ModuleVersions implements [modconfig.Registry]: only canonical versions, ascending, and none where there is no such module.
// CUE asks for every path that an import may be of, so that one that is not visible is none either; see [Bound.Denied].
func (b *Bound) ModuleVersions(_ context.Context, path string) ([]string, error) {
	versions, err := b.Versions(path)
	if errors.Is(err, modregistry.ErrNotFound) && !b.registry.options.Offline {
		return nil, nil
	}
	if e, ok := errors.AsType[*rpc.Error](err); ok && e.Code == rpc.Permission {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.denied = append(b.denied, e)
		return nil, nil
	}
	return versions, err
}

// Versions is as ModuleVersions, but an error where there is no such module, or none that this user may see.
func (b *Bound) Versions(path string) ([]string, error) {
	return b.versions.do(path, func() ([]string, error) {
		versions, err := b.registry.versions(b.ctx, path)
		return versions, b.remember(err)
	})
}

// Denied returns where access was refused while versions were looked for: what is told when nothing was found anywhere else.
func (b *Bound) Denied() []*rpc.Error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.denied)
}

// Warnings has a line for each damaged copy in the cache that was repaired.
func (b *Bound) Warnings() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	slices.SortFunc(b.repaired, module.Version.Compare)
	var lines []string
	for _, mv := range slices.Compact(b.repaired) {
		lines = append(lines, fmt.Sprintf("the module cache had a damaged copy of %v, which was made anew", mv))
	}
	return lines
}

func (b *Bound) note(mv module.Version, repaired bool) {
	if !repaired {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.repaired = append(b.repaired, mv)
}

// remember keeps the error for the end of the call: on its way CUE's libraries may make text of it.
func (b *Bound) remember(err error) error {
	if e, ok := errors.AsType[*rpc.Error](err); ok {
		rpc.Remember(b.ctx, e)
	}
	return err
}
