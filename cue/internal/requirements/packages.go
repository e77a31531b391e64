package requirements

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/internal/buildattr"
	"cuelang.org/go/internal/mod/modimports"
	"cuelang.org/go/internal/mod/modpkgload"
	"cuelang.org/go/mod/modfile"
	"cuelang.org/go/mod/module"

	"cuelang.org/go/opm-cue/internal/rpc"
)

// load loads the packages that the main module imports, however deep, with the requirements of a file.
func (t *tidier) load(f *modfile.File) (*modpkgload.Packages, error) {
	registry, replacements, err := replacing(t.source, f, t.folder)
	if err != nil {
		return nil, err
	}
	paths := []string{}
	for _, site := range t.sites {
		if canonical := site.path.Canonical().String(); !slices.Contains(paths, canonical) {
			paths = append(paths, canonical)
		}
	}
	slices.Sort(paths)
	return guarded(func() (*modpkgload.Packages, error) {
		location := module.SourceLoc{FS: t.files, Dir: "."}
		requirements := newRequirements(f, registry)
		return modpkgload.LoadPackages(t.source.ctx, f.QualifiedModule(), location, requirements, registry, replacements, paths, included(f.QualifiedModule())), nil
	})
}

// included says which files of a package count: all of the main module, and of others those that a build without tags has.
func included(main string) func(string, module.Version, fs.FS, modimports.ModuleFile) bool {
	return func(_ string, mv module.Version, _ fs.FS, f modimports.ModuleFile) bool {
		if buildattr.ShouldIgnoreFile(f.Syntax) {
			return false
		}
		if mv.Path() == main {
			return true
		}
		if strings.HasSuffix(f.FilePath, "_tool.cue") || strings.HasSuffix(f.FilePath, "_test.cue") {
			return false
		}
		built, _, err := buildattr.ShouldBuildFile(f.Syntax, func(string) bool { return false })
		return err == nil && built
	}
}

// leading returns the imports of the main module that lead to a module through others.
func (t *tidier) leading(packages *modpkgload.Packages, to string) []Import {
	reaches := map[*modpkgload.Package]int{}
	var search func(p *modpkgload.Package) bool
	search = func(p *modpkgload.Package) bool {
		if state := reaches[p]; state != 0 {
			return state == 2
		}
		reaches[p] = 1
		if p.Mod().Path() == to || slices.ContainsFunc(p.Imports(), search) {
			reaches[p] = 2
		}
		return reaches[p] == 2
	}
	var found []Import
	for _, site := range t.sites {
		if p := packages.Pkg(site.path.Canonical().String()); p != nil && search(p) {
			found = append(found, Import{site.text, site.at})
		}
	}
	return found
}

// missing lists the imports that no required module provides. Other faults of imports are an error.
func (t *tidier) missing(packages *modpkgload.Packages, p *providers) ([]Change, error) {
	changes := []Change{}
	for _, pkg := range packages.All() {
		if pkg.Error() == nil {
			continue
		}
		if _, ok := errors.AsType[*modpkgload.ImportMissingError](pkg.Error()); !ok {
			return nil, t.unresolved(pkg.ImportPath(), pkg.Error())
		}
		parsed := ast.ParseImportPath(pkg.ImportPath())
		if _, ambiguous := p.ambiguous(parsed); ambiguous {
			return nil, t.unresolved(pkg.ImportPath(), pkg.Error())
		}
		change := Change{Path: parsed.Unqualified().String(), Imports: []Import{}}
		for _, site := range importing(t.sites, pkg.ImportPath()) {
			change.Imports = append(change.Imports, Import{site.text, site.at})
		}
		changes = append(changes, change)
	}
	return changes, nil
}

// unresolved reports an import that cannot be resolved, at all its places.
func (t *tidier) unresolved(imported string, cause error) *rpc.Error {
	code, message := t.reason(imported, cause)
	diagnostic := rpc.Diagnostic{Message: message, Positions: []rpc.Position{}, Check: "tidy"}
	for _, site := range importing(t.sites, imported) {
		diagnostic.Positions = append(diagnostic.Positions, site.at)
	}
	place := ""
	if len(diagnostic.Positions) > 0 {
		place = fmt.Sprintf("%s:%d:%d: ", diagnostic.Positions[0].File, diagnostic.Positions[0].Line, diagnostic.Positions[0].Column)
	}
	return &rpc.Error{Code: code, Message: place + message, Diagnostics: []rpc.Diagnostic{diagnostic}, Details: map[string]any{"import": imported}}
}

// reason says in words why an import cannot be resolved, and what to do.
func (t *tidier) reason(imported string, cause error) (rpc.Code, string) {
	text := strings.Join(strings.Fields(cause.Error()), " ")
	parsed := ast.ParseImportPath(imported)
	seen, err := view(t.module)
	if err != nil {
		return rpc.Invalid, text
	}
	p := newProviders(seen)
	if !strings.Contains(text, "cannot find module providing package") {
		return rpc.Invalid, fmt.Sprintf("import %q: %s", imported, text)
	}
	if base, ambiguous := p.ambiguous(parsed); ambiguous {
		majors := slices.Sorted(slices.Values(p.majors[base]))
		rest := strings.TrimPrefix(parsed.Path, base)
		return rpc.Invalid, fmt.Sprintf("import %q needs a major version, as deps has %s@%s: write \"%s%s@%s\", or mark one of them default: true",
			imported, base, strings.Join(majors, " and @"), base, rest, majors[0])
	}
	if mv, ok := p.provider(parsed); ok && mv != p.main {
		return rpc.NotFound, fmt.Sprintf("module %s has no package %q: another version of it may have; list them with 'opm mod versions %s'", mv, imported, mv.BasePath())
	} else if ok {
		return rpc.NotFound, fmt.Sprintf("this module has no package %q", imported)
	}
	for prefix := parsed.Path; prefix != "." && prefix != "/"; prefix = path.Dir(prefix) {
		name := prefix
		if parsed.Version != "" {
			name += "@" + parsed.Version
		}
		if versions, err := t.source.versions.Get(name); err == nil && len(versions) > 0 {
			return rpc.NotFound, fmt.Sprintf("the newest version of %s, %s, has no package %q", name, versions[len(versions)-1], imported)
		}
	}
	return rpc.NotFound, fmt.Sprintf("cannot find module providing package %s: it was not found, or is not visible to this user", imported)
}
