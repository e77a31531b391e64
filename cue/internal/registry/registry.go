// Package registry gives CUE modules from registries and the module cache that cue has too, and gives nothing unchecked.
package registry

import (
	"context"
	"net/http"
	"sync"

	"cuelang.org/go/internal/mod/modresolve"
	"cuelang.org/go/mod/module"

	"cuelang.org/go/opm-cue/internal/store"
)

// Options say where modules come from. Registry is never empty and as CUE_REGISTRY has it; Cache is absolute.
type Options struct {
	Registry string
	Cache    string
	// Offline never asks a registry: what the cache lacks is not found.
	Offline bool
	// Transport has all credentials: this package has none.
	Transport http.RoundTripper
	// Watcher is told what is done, unless it is nil.
	Watcher Watcher
}

// Watcher looks on.
type Watcher interface {
	// Cached is told of a module version that came from the cache.
	Cached(ctx context.Context, path, version string)
}

// Registry is the source of modules of all calls with the same options.
type Registry struct {
	options  Options
	resolver modresolve.LocationResolver
	client   *http.Client
	store    *store.Store

	// The artifacts of module files that were fetched, for the archives that are fetched next.
	mu        sync.Mutex
	artifacts map[module.Version]artifact
}

// New makes a registry, without asking anybody. A bad routing is invalid.
func New(options Options) (*Registry, error) {
	resolver, err := parseRouting(options.Registry)
	if err != nil {
		return nil, err
	}
	return &Registry{
		options:   options,
		resolver:  resolver,
		client:    &http.Client{Transport: options.Transport},
		store:     store.New(options.Cache),
		artifacts: make(map[module.Version]artifact),
	}, nil
}

// Store returns the module cache.
func (r *Registry) Store() *store.Store { return r.store }

// Options returns what the registry was made with.
func (r *Registry) Options() Options { return r.options }

// fetchArtifact asks the registry for a manifest, or takes that of the module file that was fetched before.
func (r *Registry) fetchArtifact(ctx context.Context, mv module.Version, fresh bool) (artifact, error) {
	r.mu.Lock()
	known, ok := r.artifacts[mv]
	delete(r.artifacts, mv)
	r.mu.Unlock()
	if ok && !fresh {
		return known, nil
	}
	return r.artifact(ctx, mv)
}

func (r *Registry) keepArtifact(mv module.Version, a artifact) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.artifacts[mv] = a
}
