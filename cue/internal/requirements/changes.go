package requirements

import (
	"maps"
	"slices"

	"cuelang.org/go/mod/modfile"
	"cuelang.org/go/mod/module"

	"cuelang.org/go/opm-cue/internal/rpc"
)

// Import is a place that needs a module.
type Import struct {
	Import   string       `json:"import"`
	Position rpc.Position `json:"position"`
}

// Change is one entry of `deps` that changes: without From it is new, without To it goes. One that was asked for and was so
// before has both the same. One that is only replaced on this machine has no version.
type Change struct {
	Path string `json:"path"`
	From string `json:"from,omitempty"`
	To   string `json:"to,omitempty"`
	// ReplacedBy is what stands for the module.
	ReplacedBy string   `json:"replacedBy,omitempty"`
	Imports    []Import `json:"imports"`
}

// ModuleVersion is a module and its version.
type ModuleVersion struct {
	Path    string `json:"path"`
	Version string `json:"version"`
}

func toList(versions []module.Version) []ModuleVersion {
	list := make([]ModuleVersion, 0, len(versions))
	for _, mv := range versions {
		if !mv.IsLocal() && mv.Version() != "" {
			list = append(list, ModuleVersion{mv.Path(), mv.Version()})
		}
	}
	return list
}

// fullDeps returns the dependencies of a file by paths with majors.
func fullDeps(f *modfile.File) map[string]*modfile.Dep {
	deps := map[string]*modfile.Dep{}
	if f == nil {
		return deps
	}
	for path, dep := range f.Deps {
		if mv, err := module.NewVersion(path, dep.Version); err == nil {
			path = mv.Path()
		}
		deps[path] = dep
	}
	return deps
}

// initialised returns a file with the same content whose derived fields are there.
func initialised(f *modfile.File, deps map[string]*modfile.Dep) (*modfile.File, error) {
	made := &modfile.File{Module: f.Module, Language: f.Language, Source: f.Source, Custom: f.Custom, Deps: deps}
	if err := made.InitNonStrict(); err != nil {
		return nil, rpc.Errorf(rpc.Invalid, "%w", err)
	}
	return made, nil
}

// diff lists what changed between two sets of dependencies, and what was asked for, with the imports that lead there.
func diff(old, next *modfile.File, asked map[string]bool, all []importSite) []Change {
	before, after := fullDeps(old), fullDeps(next)
	paths := map[string]bool{}
	for path := range before {
		paths[path] = true
	}
	for path := range after {
		paths[path] = true
	}
	needs := neededBy(newProviders(next), all)
	changes := []Change{}
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		was, is := before[path], after[path]
		if was != nil && is != nil && was.Version == is.Version && was.Default == is.Default && !asked[path] {
			continue
		}
		change := Change{Path: path, Imports: []Import{}}
		if was != nil {
			change.From = was.Version
		}
		if is != nil {
			change.To, change.ReplacedBy = is.Version, is.ReplaceWith
		}
		change.Imports = append(change.Imports, needs[path]...)
		changes = append(changes, change)
	}
	return changes
}

// neededBy returns the imports that lead to each module.
func neededBy(p *providers, all []importSite) map[string][]Import {
	needs := map[string][]Import{}
	for _, site := range all {
		if mv, ok := p.provider(site.path); ok {
			needs[mv.Path()] = append(needs[mv.Path()], Import{site.text, site.at})
		}
	}
	return needs
}
