package registry

import (
	"os"
	"strings"

	"cuelang.org/go/internal/mod/modresolve"
	"cuelang.org/go/mod/modregistry"
	"cuelang.org/go/mod/module"

	"cuelang.org/go/opm-cue/internal/rpc"
)

// defaultRegistry is where modules are that the routing has no place for.
const defaultRegistry = "registry.cue.works"

// place is where a module version is, or where all versions of a module are: then tag is what their tags begin with.
type place struct {
	modresolve.Location
}

// String is a reference as users write it.
func (p place) String() string {
	return p.Host + "/" + p.Repository + ":" + p.Tag
}

func (p place) url(rest string) string {
	scheme := "https"
	if p.Insecure {
		scheme = "http"
	}
	return scheme + "://" + p.Host + "/v2/" + p.Repository + "/" + rest
}

// parseRouting reads what CUE_REGISTRY may have.
func parseRouting(text string) (modresolve.LocationResolver, error) {
	kind, rest, _ := strings.Cut(text, ":")
	var resolver modresolve.LocationResolver
	var err error
	switch kind {
	case "file":
		var data []byte
		if data, err = os.ReadFile(rest); err == nil {
			resolver, err = modresolve.ParseConfig(data, rest, defaultRegistry)
		}
	case "inline":
		resolver, err = modresolve.ParseConfig([]byte(rest), "inline", defaultRegistry)
	case "simple":
		resolver, err = modresolve.ParseCUERegistry(rest, defaultRegistry)
	default:
		resolver, err = modresolve.ParseCUERegistry(text, defaultRegistry)
	}
	if err != nil {
		return nil, rpc.Errorf(rpc.Invalid, "bad value for the registry: %w", err)
	}
	return resolver, nil
}

// Location is where a module is, as [Registry.Resolve] finds it.
type Location = modresolve.Location

// Resolve says where a module is, without asking anybody. The path is without major; an empty version gives a tag that is what
// tags of all versions begin with. It is not-found where the routing has none.
func (r *Registry) Resolve(basePath, version string) (Location, error) {
	location, ok := r.resolver.ResolveToLocation(basePath, version)
	if !ok {
		return Location{}, rpc.Errorf(rpc.NotFound, "no registry is configured for module %s: %w", basePath, modregistry.ErrRegistryNotFound)
	}
	return location, nil
}

func (r *Registry) place(mv module.Version) (place, error) {
	location, err := r.Resolve(mv.BasePath(), mv.Version())
	if err != nil {
		// CUE's libraries go on where a module is not found, and this is one.
		return place{}, rpc.Errorf(rpc.NotFound, "%w (%w)", err, modregistry.ErrNotFound)
	}
	return place{location}, nil
}
