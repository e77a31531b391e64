package requirements

import (
	"context"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"cuelang.org/go/internal/mod/modload"
	"cuelang.org/go/mod/modfile"
	"cuelang.org/go/mod/module"

	"cuelang.org/go/opm-cue/internal/modfiles"
	"cuelang.org/go/opm-cue/internal/rpc"
)

// GetResult is what a change of versions makes of the module files.
type GetResult struct {
	Texts     modfiles.Texts  `json:"texts"`
	Changes   []Change        `json:"changes"`
	BuildList []ModuleVersion `json:"buildList"`
}

// Get sets modules to exact versions, as `cue mod get` does, after it dropped others. It is refused when another module
// requires a higher version, not-found when a version or what it requires is not there, and invalid for requests that
// contradict each other. Without any request it only lists what is required, and asks nobody.
func Get(ctx context.Context, root fs.FS, registry modload.Registry, require []ModuleVersion, drop []string) (*GetResult, error) {
	m, err := modfiles.Read(root)
	if err != nil {
		return nil, err
	}
	if err := refuseReplacements(m); err != nil {
		return nil, err
	}
	if len(require) == 0 && len(drop) == 0 {
		return &GetResult{Changes: []Change{}, BuildList: toList(m.File.DepVersions())}, nil
	}
	asked, err := requests(m.File, require)
	if err != nil {
		return nil, err
	}
	// Imports only explain changes here: files that cannot be read are for vet and tidy to report.
	files, _ := scan(root)
	text, err := dropped(m, drop, asked)
	if err != nil {
		return nil, err
	}
	g := &getter{source: newSource(ctx, registry), root: root, module: m, asked: asked}
	want, err := g.update(text)
	if err != nil {
		return nil, err
	}
	all := sites(files)
	keepDefaults(m.File, want, drop, all)
	if want, err = initialised(want, want.Deps); err != nil {
		return nil, err
	}
	return g.result(want, all)
}

// refuseReplacements refuses replacements in module.cue, which cue does not load.
func refuseReplacements(m *modfiles.Module) error {
	var found []rpc.Diagnostic
	positions := m.Positions()
	for path, dep := range fullDeps(m.File) {
		if dep.ReplaceWith != "" {
			found = append(found, rpc.Diagnostic{
				Message:   fmt.Sprintf("module replace for %q is not allowed in module.cue: 'opm mod tidy' moves it to cue.mod/local-module.cue", path),
				Positions: []rpc.Position{positions[path]}, Check: "module-file",
			})
		}
	}
	if len(found) == 0 {
		return nil
	}
	slices.SortFunc(found, func(a, b rpc.Diagnostic) int { return a.Positions[0].Line - b.Positions[0].Line })
	return modfiles.Invalid(found)
}

// requests checks what is asked for.
func requests(f *modfile.File, require []ModuleVersion) ([]module.Version, error) {
	asked := []module.Version{}
	for _, r := range require {
		mv, err := module.NewVersion(r.Path, r.Version)
		if err != nil {
			return nil, rpc.Errorf(rpc.Invalid, "%w", err)
		}
		if r.Version == "" || r.Version == "none" || mv.IsLocal() {
			return nil, rpc.Errorf(rpc.Invalid, "%s needs a full version such as v1.2.3", r.Path)
		}
		if mv.Path() == f.QualifiedModule() {
			return nil, rpc.Errorf(rpc.Invalid, "%s is this module itself: it cannot require itself", mv.Path())
		}
		if i := slices.IndexFunc(asked, func(other module.Version) bool { return other.Path() == mv.Path() }); i < 0 {
			asked = append(asked, mv)
		} else if asked[i] != mv {
			return nil, rpc.Errorf(rpc.Invalid, "conflicting versions of %s are asked for: %s and %s", mv.Path(), asked[i].Version(), mv.Version())
		}
	}
	return asked, nil
}

// dropped returns module.cue without the dependencies that are to go.
func dropped(m *modfiles.Module, drop []string, asked []module.Version) ([]byte, error) {
	deps := fullDeps(m.File)
	for _, path := range drop {
		if deps[path] == nil {
			return nil, rpc.Errorf(rpc.NotFound, "%s is not in deps of cue.mod/module.cue", path)
		}
		if slices.ContainsFunc(asked, func(mv module.Version) bool { return mv.Path() == path }) {
			return nil, rpc.Errorf(rpc.Invalid, "%s is both asked for and dropped", path)
		}
	}
	if len(drop) == 0 {
		return m.Text, nil
	}
	texts, err := modfiles.Edit(m.Text, nil, modfiles.Edits{Drop: drop})
	return texts.Module, err
}

type getter struct {
	source *source
	root   fs.FS
	module *modfiles.Module
	asked  []module.Version
}

// update returns the module file with the versions that are asked for. A dependency that is replaced by another version may be
// gone from the registry: then it counts for nothing.
func (g *getter) update(text []byte) (*modfile.File, error) {
	old, err := modfiles.Parse(text)
	if err != nil {
		return nil, err
	}
	g.source.warm(append(slices.Clone(g.asked), old.DepVersions()...))
	if err := g.checkAsked(); err != nil {
		return nil, err
	}
	if slices.ContainsFunc(g.source.missing(), func(mv module.Version) bool { return g.replaces(mv) }) {
		edits := modfiles.Edits{}
		for _, mv := range g.asked {
			edits.Require = append(edits.Require, modfiles.Requirement{Path: mv.Path(), Version: mv.Version()})
		}
		texts, err := modfiles.Edit(text, nil, edits)
		if err != nil {
			return nil, err
		}
		if text = texts.Module; text != nil {
			if old, err = modfiles.Parse(text); err != nil {
				return nil, err
			}
		}
	}
	versions := []string{}
	for _, mv := range g.asked {
		versions = append(versions, mv.String())
	}
	want, err := guarded(func() (*modfile.File, error) {
		return modload.UpdateVersions(g.source.ctx, overlay{g.root, text}, ".", g.source, versions)
	})
	if err != nil {
		return nil, g.explain(old, err)
	}
	return initialised(want, want.Deps)
}

func (g *getter) replaces(mv module.Version) bool {
	return slices.ContainsFunc(g.asked, func(asked module.Version) bool { return asked.Path() == mv.Path() && asked != mv })
}

// checkAsked reports what of the request itself cannot be had.
func (g *getter) checkAsked() error {
	for _, mv := range g.asked {
		if _, err := g.source.ModFile(g.source.ctx, mv); err != nil {
			if g.source.isNotFound(err) {
				return g.source.notFound(mv, nil)
			}
			return g.source.failure(err)
		}
	}
	return nil
}

// explain says why the versions cannot be set.
func (g *getter) explain(old *modfile.File, err error) error {
	if missing := g.source.missing(); len(missing) > 0 {
		return g.source.notFound(missing[0], g.source.requirers(g.module, missing[0]))
	}
	for _, mv := range g.asked {
		if higher := g.higher(old, mv); len(higher) > 0 {
			return conflict(mv, higher)
		}
	}
	return g.source.failure(err)
}

// requirer is a module version that requires another one.
type requirer struct {
	Path     string `json:"path"`
	Version  string `json:"version"`
	Requires string `json:"requires"`
}

// higher returns who requires a higher version than the one that is asked for, in the build list as it would be.
func (g *getter) higher(old *modfile.File, asked module.Version) []requirer {
	var found []requirer
	for _, mv := range g.buildList(old) {
		file, err := g.source.ModFile(g.source.ctx, mv)
		if err != nil {
			continue
		}
		for _, required := range file.DepVersions() {
			if required.Path() == asked.Path() && required.Compare(asked) > 0 {
				found = append(found, requirer{mv.Path(), mv.Version(), required.Version()})
			}
		}
	}
	return found
}

// buildList returns the build list of the old requirements with the versions that are asked for.
func (g *getter) buildList(old *modfile.File) []module.Version {
	graph, err := newRequirements(old, g.source).Graph(g.source.ctx)
	if err != nil {
		return nil
	}
	list := slices.Clone(g.asked)
	for _, mv := range graph.BuildList() {
		if mv.Path() != old.QualifiedModule() && !slices.ContainsFunc(g.asked, func(a module.Version) bool { return a.Path() == mv.Path() }) {
			list = append(list, mv)
		}
	}
	slices.SortFunc(list, module.Version.Compare)
	return list
}

func conflict(asked module.Version, higher []requirer) error {
	names := []string{}
	highest := higher[0].Requires
	for _, r := range higher {
		names = append(names, fmt.Sprintf("%s %s requires %s", r.Path, r.Version, r.Requires))
		if module.MustNewVersion(asked.Path(), r.Requires).Compare(module.MustNewVersion(asked.Path(), highest)) > 0 {
			highest = r.Requires
		}
	}
	message := "cannot set %s to %s: %s; choose %s or higher, or change what requires it first"
	return rpc.Errorf(rpc.Refused, message, asked.Path(), asked.Version(), strings.Join(names, ", "), highest).
		With("module", ModuleVersion{asked.Path(), asked.Version()}).With("selected", highest).With("requiredBy", higher)
}

// keepDefaults keeps what imports without a major mean: when a second major of their module comes in, the first is marked as
// the default.
func keepDefaults(old, want *modfile.File, drop []string, all []importSite) {
	before, after := newProviders(old), newProviders(want)
	for _, site := range all {
		if site.path.Version != "" {
			continue
		}
		base, ambiguous := after.ambiguous(site.path)
		if !ambiguous || before.defaults[base] == "" {
			continue
		}
		path := base + "@" + before.defaults[base]
		if dep := want.Deps[path]; dep != nil && !slices.Contains(drop, path) {
			dep.Default = true
			after.defaults[base] = before.defaults[base]
		}
	}
}

func (g *getter) result(want *modfile.File, all []importSite) (*GetResult, error) {
	asked := map[string]bool{}
	for _, mv := range g.asked {
		asked[mv.Path()] = true
	}
	text, err := modfiles.WithDeps(g.module.Text, want)
	if err != nil {
		return nil, err
	}
	result := &GetResult{Changes: diff(g.module.File, want, asked, all), BuildList: toList(want.DepVersions())}
	if string(text) == string(g.module.Text) {
		return result, nil
	}
	result.Texts.Module = text
	if g.module.LocalText == nil {
		return result, nil
	}
	base, err := modfiles.Parse(text)
	if err != nil {
		return nil, err
	}
	local, err := modfiles.SyncLocal(g.module.LocalText, g.module.File, base)
	if err != nil {
		return nil, err
	}
	if string(local) != string(g.module.LocalText) {
		result.Texts.Local = local
	}
	return result, nil
}
