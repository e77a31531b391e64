// Package registry gives CUE modules from registries and the module cache that `cue` has too.
package registry

import (
	"context"
	"net/http"

	"cuelang.org/go/mod/modconfig"
	"cuelang.org/go/mod/modfile"
	"cuelang.org/go/mod/module"

	"cuelang.org/go/opm-cue/internal/rpc"
)

// Options say where modules come from. Registry is never empty; Cache is absolute.
type Options struct {
	Registry  string
	Cache     string
	Offline   bool
	Transport http.RoundTripper
}

// Registry is the source of modules of all calls with the same options.
type Registry struct {
	options  Options
	resolver *modconfig.Resolver
	inner    modconfig.CachedRegistry
}

// New makes a registry, without any I/O. A bad routing is invalid.
func New(options Options) (*Registry, error) {
	config := &modconfig.Config{
		Transport:   options.Transport,
		Env:         []string{"CUE_CONFIG_DIR=/nonexistent", "CUE_CACHE_DIR=" + options.Cache},
		CUERegistry: options.Registry,
		ClientType:  "opm",
	}
	resolver, err := modconfig.NewResolver(config)
	if err != nil {
		return nil, rpc.Errorf(rpc.Invalid, "%w", err)
	}
	inner, err := modconfig.NewRegistry(config)
	if err != nil {
		return nil, rpc.Errorf(rpc.Invalid, "%w", err)
	}
	return &Registry{options: options, resolver: resolver, inner: inner}, nil
}

// Resolver says where modules are.
func (r *Registry) Resolver() *modconfig.Resolver { return r.resolver }

// Bind returns the registry for one call. CUE's libraries often give no context, so that all its work has the call's: what the
// host says is remembered there, and it ends with the call.
func (r *Registry) Bind(ctx context.Context) *Bound { return &Bound{registry: r, ctx: ctx} }

// Bound is a [Registry] in a call. It implements [modconfig.CachedRegistry].
type Bound struct {
	registry *Registry
	ctx      context.Context
}

var _ modconfig.CachedRegistry = (*Bound)(nil)

// ModFile implements [modconfig.Registry].
func (b *Bound) ModFile(_ context.Context, mv module.Version) (*modfile.File, error) {
	return b.registry.inner.ModFile(b.ctx, mv)
}

// Fetch implements [modconfig.Registry].
func (b *Bound) Fetch(_ context.Context, mv module.Version) (module.SourceLoc, error) {
	return b.registry.inner.Fetch(b.ctx, mv)
}

// FetchFromCache implements [modconfig.CachedRegistry].
func (b *Bound) FetchFromCache(mv module.Version) (module.SourceLoc, error) {
	return b.registry.inner.FetchFromCache(mv)
}

// ModuleVersions implements [modconfig.Registry].
func (b *Bound) ModuleVersions(_ context.Context, path string) ([]string, error) {
	return b.registry.inner.ModuleVersions(b.ctx, path)
}

// Prefetch brings the module files of all that roots require, however deep, in parallel: what goes through requirements one by
// one finds them in the cache then. It is never an error that one cannot be had, since it may not be needed.
func (b *Bound) Prefetch(roots []module.Version) {}
