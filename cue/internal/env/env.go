// Package env is what the handlers of all methods share: the connection, and the registry and cache that opm has chosen.
package env

import (
	"context"
	"net/http"
	"path/filepath"
	"sync"

	"cuelang.org/go/opm-cue/internal/registry"
	"cuelang.org/go/opm-cue/internal/rpc"
)

// Env belongs to a connection. Its methods may be used by many goroutines at once.
type Env struct {
	transport http.RoundTripper

	mu       sync.Mutex
	registry *registry.Registry
}

// New makes an Env that is not configured yet. All requests to registries go through transport.
func New(transport http.RoundTripper) *Env { return &Env{transport: transport} }

// Configure says which registry and cache the calls after it use, and whether opm wants to know what comes from the cache. After settings
// that cannot be used there are none: calls may follow before opm hears of it.
func (e *Env) Configure(routing, cache string, offline, watched bool) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	made, err := e.made(routing, cache, offline, watched)
	e.registry = made
	return err
}

func (e *Env) made(routing, cache string, offline, watched bool) (*registry.Registry, error) {
	if routing == "" || !filepath.IsAbs(cache) {
		return nil, rpc.Errorf(rpc.Invalid, "configure needs a registry and an absolute cache folder")
	}
	options := registry.Options{Registry: routing, Cache: cache, Offline: offline, Transport: e.transport}
	if watcher, ok := e.transport.(registry.Watcher); ok && watched {
		options.Watcher = watcher
	}
	// The same again keeps what the registry remembers.
	if e.registry != nil && e.registry.Options() == options {
		return e.registry, nil
	}
	return registry.New(options)
}

// Registry returns the registry for the call of ctx: pass the context of the handler.
func (e *Env) Registry(ctx context.Context) (*registry.Bound, error) {
	made := e.configured()
	if made == nil {
		return nil, rpc.Errorf(rpc.Invalid, "no registry: configure comes first")
	}
	return made.Bind(ctx), nil
}

// Cache returns the folder that cue calls its cache, absolute; empty before configure.
func (e *Env) Cache() string {
	if made := e.configured(); made != nil {
		return made.Options().Cache
	}
	return ""
}

// Offline says that no registry is ever asked.
func (e *Env) Offline() bool {
	made := e.configured()
	return made != nil && made.Options().Offline
}

func (e *Env) configured() *registry.Registry {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.registry
}
