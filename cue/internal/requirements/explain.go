package requirements

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"cuelang.org/go/internal/mod/modrequirements"
	"cuelang.org/go/mod/modfile"
	"cuelang.org/go/mod/modregistry"
	"cuelang.org/go/mod/module"

	"cuelang.org/go/opm-cue/internal/modfiles"
	"cuelang.org/go/opm-cue/internal/rpc"
)

func newRequirements(f *modfile.File, registry modrequirements.Registry) *modrequirements.Requirements {
	return modrequirements.NewRequirements(f.QualifiedModule(), registry, f.DepVersions(), f.DefaultMajorVersions())
}

// failure is an error of the libraries as it is reported: that of the registry beneath it, or what it says itself, in a line.
func (s *source) failure(err error) error {
	if e, ok := rpc.Find(s.ctx, err); ok {
		return e
	}
	if s.ctx.Err() != nil {
		return s.ctx.Err()
	}
	return rpc.Errorf(rpc.Invalid, "%s", strings.Join(strings.Fields(err.Error()), " "))
}

// notFound reports a module version that is not in the registry, with who requires it.
func (s *source) notFound(mv module.Version, by []rpc.Diagnostic) error {
	message := fmt.Sprintf("module %s was not found, or is not visible to this user", mv)
	s.mu.Lock()
	if e, ok := rpc.Find(s.ctx, s.failed[mv]); ok && e.Code == rpc.NotFound {
		message = strings.TrimSuffix(e.Message, ": "+modregistry.ErrNotFound.Error())
	}
	s.mu.Unlock()
	if len(by) == 0 {
		return rpc.Errorf(rpc.NotFound, "%s", message).With("module", ModuleVersion{mv.Path(), mv.Version()})
	}
	names, requiredBy := []string{}, []string{}
	for _, d := range by {
		name := d.Path
		if len(d.Positions) > 0 {
			name = modfiles.Place(d.Positions[0])
		}
		names, requiredBy = append(names, name), append(requiredBy, d.Path)
	}
	e := rpc.Errorf(rpc.NotFound, "%s: it is required by %s", message, strings.Join(names, ", "))
	e.Diagnostics = by
	return e.With("module", ModuleVersion{mv.Path(), mv.Version()}).With("requiredBy", requiredBy)
}

// requirers returns who requires exactly this version: the main module with its place, and of the modules that were looked at.
func (s *source) requirers(m *modfiles.Module, mv module.Version) []rpc.Diagnostic {
	var found []rpc.Diagnostic
	for _, f := range []*modfile.File{m.File, m.Local} {
		if dep := fullDeps(f)[mv.Path()]; dep != nil && dep.Version == mv.Version() && len(found) == 0 {
			at := m.Positions()[mv.Path()]
			found = append(found, rpc.Diagnostic{Message: fmt.Sprintf("%s is required here", mv), Positions: []rpc.Position{at}, Path: m.File.QualifiedModule()})
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, other := range slices.SortedFunc(maps.Keys(s.loaded), module.Version.Compare) {
		if slices.Contains(s.loaded[other].DepVersions(), mv) {
			found = append(found, rpc.Diagnostic{Message: fmt.Sprintf("%s requires %s", other, mv), Positions: []rpc.Position{}, Path: other.String()})
		}
	}
	return found
}
