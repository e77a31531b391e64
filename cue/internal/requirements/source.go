// Package requirements resolves what a module needs: it tidies, sets versions, and says what requires and imports what. The
// resolution is that of the CUE libraries; what is said about it, and which of the versions on offer they see, is decided here.
package requirements

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"cuelang.org/go/internal/mod/modload"
	"cuelang.org/go/internal/mod/semver"
	"cuelang.org/go/internal/par"
	"cuelang.org/go/mod/modfile"
	"cuelang.org/go/mod/modregistry"
	"cuelang.org/go/mod/module"

	"cuelang.org/go/opm-cue/internal/rpc"
)

// parallel is how many requests to registries are under way at once. The libraries alone make as many as there are processors.
const parallel = 16

// errFrozen ends a search for versions where none may be chosen.
var errFrozen = errors.New("no version may be chosen")

// source is a registry in one call: it asks for everything once, remembers what failed, and leaves out tags that are no
// versions, and pre-releases where there are stable versions.
type source struct {
	ctx    context.Context
	inner  modload.Registry
	frozen bool

	files    par.ErrCache[module.Version, *modfile.File]
	contents par.ErrCache[module.Version, module.SourceLoc]
	versions par.ErrCache[string, []string]

	mu     sync.Mutex
	loaded map[module.Version]*modfile.File
	failed map[module.Version]error
	asked  bool
}

func newSource(ctx context.Context, registry modload.Registry) *source {
	return &source{ctx: ctx, inner: registry, loaded: map[module.Version]*modfile.File{}, failed: map[module.Version]error{}}
}

var _ modload.Registry = (*source)(nil)

// ModFile implements [modload.Registry].
func (s *source) ModFile(_ context.Context, mv module.Version) (*modfile.File, error) {
	return s.files.Do(mv, func() (*modfile.File, error) {
		file, err := s.inner.ModFile(s.ctx, mv)
		if err != nil {
			s.fail(mv, err)
			return nil, err
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		s.loaded[mv] = file
		return file, nil
	})
}

// Fetch implements [modload.Registry].
func (s *source) Fetch(_ context.Context, mv module.Version) (module.SourceLoc, error) {
	return s.contents.Do(mv, func() (module.SourceLoc, error) {
		loc, err := s.inner.Fetch(s.ctx, mv)
		if err != nil {
			s.fail(mv, err)
		}
		return loc, err
	})
}

// ModuleVersions implements [modload.Registry].
func (s *source) ModuleVersions(_ context.Context, path string) ([]string, error) {
	if s.frozen {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.asked = true
		return nil, errFrozen
	}
	return s.versions.Do(path, func() ([]string, error) {
		versions, err := s.inner.ModuleVersions(s.ctx, path)
		if err != nil {
			return nil, err
		}
		return eligible(versions), nil
	})
}

// eligible returns the canonical versions, and of those only the stable ones if there are any.
func eligible(versions []string) []string {
	canonical := slices.DeleteFunc(slices.Clone(versions), func(v string) bool { return semver.Canonical(v) != v })
	stable := slices.DeleteFunc(slices.Clone(canonical), func(v string) bool { return semver.Prerelease(v) != "" })
	if len(stable) > 0 {
		return stable
	}
	return canonical
}

// denied returns where access was refused while versions were looked for: every prefix of an import path is asked for, and one
// that may not be read does not hide the others.
func (s *source) denied() error {
	if registry, ok := s.inner.(interface{ Denied() []*rpc.Error }); ok {
		if denied := registry.Denied(); len(denied) > 0 {
			return denied[0]
		}
	}
	return nil
}

func (s *source) fail(mv module.Version, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failed[mv] = err
}

// isNotFound says that a module version is not in the registry, or not visible.
func (s *source) isNotFound(err error) bool {
	if errors.Is(err, modregistry.ErrNotFound) {
		return true
	}
	e, ok := rpc.Find(s.ctx, err)
	return ok && e.Code == rpc.NotFound
}

// missing returns the module versions that were asked for and are not there, sorted.
func (s *source) missing() []module.Version {
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []module.Version
	for mv, err := range s.failed {
		if s.isNotFound(err) {
			found = append(found, mv)
		}
	}
	slices.SortFunc(found, module.Version.Compare)
	return found
}

// each runs a function for all modules, many at once.
func each(modules []module.Version, f func(module.Version)) {
	var running sync.WaitGroup
	slots := make(chan struct{}, parallel)
	for _, mv := range modules {
		running.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			f(mv)
		})
	}
	running.Wait()
}

// warm asks for the module files of all of these at once. What fails is reported when it turns out to be needed.
func (s *source) warm(modules []module.Version) {
	each(modules, func(mv module.Version) { _, _ = s.ModFile(s.ctx, mv) })
}

// guarded makes an error of a panic: the libraries panic on requirements that they take for impossible.
func guarded[T any](f func() (T, error)) (result T, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the requirements cannot be resolved: %v", p)
		}
	}()
	return f()
}
