package requirements

import (
	"path"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/internal/mod/modpkgload"
	"cuelang.org/go/internal/mod/semver"
	"cuelang.org/go/mod/modfile"
	"cuelang.org/go/mod/module"
)

// providers says which modules the paths of imports lead to, as a module file has them.
type providers struct {
	main     module.Version
	versions map[string]module.Version
	// majors has the majors of a path in the file, defaults the one that an import without a major means.
	majors   map[string][]string
	defaults map[string]string
}

func newProviders(f *modfile.File) *providers {
	p := &providers{versions: map[string]module.Version{}, majors: map[string][]string{}, defaults: map[string]string{}}
	p.main = module.MustNewVersion(f.QualifiedModule(), "")
	p.versions[p.main.Path()] = p.main
	for _, mv := range f.DepVersions() {
		base, major := mv.BasePath(), majorOf(mv)
		p.versions[mv.Path()] = mv
		p.majors[base] = append(p.majors[base], major)
	}
	for base, majors := range p.majors {
		if len(majors) == 1 {
			p.defaults[base] = majors[0]
		}
	}
	for base, major := range f.DefaultMajorVersions() {
		p.defaults[base] = major
	}
	return p
}

func majorOf(mv module.Version) string {
	_, major, _ := ast.SplitPackageVersion(mv.Path())
	return major
}

// candidates returns the modules whose paths an import lies under, the longest path first.
func (p *providers) candidates(imported ast.ImportPath) []module.Version {
	if modpkgload.IsStdlibPackage(imported.Path) {
		return nil
	}
	var found []module.Version
	for prefix := imported.Path; prefix != "." && prefix != "/"; prefix = path.Dir(prefix) {
		major := imported.Version
		if major == "" {
			major = p.defaults[prefix]
		}
		if mv, ok := p.versions[prefix+"@"+semver.Major(major)]; ok {
			found = append(found, mv)
		}
	}
	return found
}

// provider returns the module that an import leads to by its path alone.
func (p *providers) provider(imported ast.ImportPath) (module.Version, bool) {
	if found := p.candidates(imported); len(found) > 0 {
		return found[0], true
	}
	return module.Version{}, false
}

// ambiguous returns a path whose majors an import does not choose between.
func (p *providers) ambiguous(imported ast.ImportPath) (string, bool) {
	if imported.Version != "" {
		return "", false
	}
	for prefix := imported.Path; prefix != "." && prefix != "/"; prefix = path.Dir(prefix) {
		if p.defaults[prefix] == "" && len(p.majors[prefix]) > 1 {
			return prefix, true
		}
	}
	return "", false
}
