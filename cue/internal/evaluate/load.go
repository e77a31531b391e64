package evaluate

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"cuelang.org/go/cue/build"
	"cuelang.org/go/cue/load"
	"cuelang.org/go/internal/mod/semver"
	"cuelang.org/go/mod/modfile"
	"cuelang.org/go/mod/module"
)

// load loads packages of the module, with what they import. Errors are those of the instances.
func (s *source) load(ignoreLocal bool, packageName string, patterns ...string) []*build.Instance {
	s.prefetch(ignoreLocal)
	overlay := map[string]load.Source{}
	if ignoreLocal {
		overlay[filepath.Join(s.root, "cue.mod", "local-module.cue")] = load.FromString(s.noReplacements())
	}
	return s.loadOver(overlay, packageName, patterns...)
}

// loadOver loads packages with other texts in the place of files.
func (s *source) loadOver(overlay map[string]load.Source, packageName string, patterns ...string) []*build.Instance {
	return load.Instances(patterns, &load.Config{
		Dir:        s.root,
		ModuleRoot: s.root,
		Package:    packageName,
		Registry:   s.registry,
		Env:        []string{},
		Overlay:    overlay,
	})
}

// noReplacements is the text of a local-module.cue that leaves everything as module.cue has it.
func (s *source) noReplacements() string {
	name := filepath.Join(s.root, "cue.mod", "module.cue")
	data, err := os.ReadFile(name)
	if err != nil {
		return ""
	}
	file, err := modfile.ParseNonStrict(data, name)
	if err != nil {
		// loading the module tells
		return ""
	}
	var text strings.Builder
	for path := range file.Deps {
		fmt.Fprintf(&text, "deps: %q: {}\n", path)
	}
	return text.String()
}

// pinned compares the modules that packages were loaded from with module.cue, which must name each, and in a version that the
// others are content with: no other is ever chosen. Packages in cue.mod are of no module, and what stands for another one has no version.
func (s *source) pinned(f *findings, inst *build.Instance) {
	if inst.ModuleFile == nil {
		return
	}
	pins := pinsOf(inst.ModuleFile)
	seen := map[string]bool{inst.ModuleFile.QualifiedModule(): true}
	for _, dep := range inst.Dependencies() {
		mv := dep.ModuleVersion
		if mv.Path() == "" || mv.IsLocal() || seen[mv.Path()] {
			continue
		}
		seen[mv.Path()] = true
		switch pin, ok := pins[mv.Path()]; {
		case !ok:
			f.tidy("the module needs %s for the import of %s, but cue.mod/module.cue does not list it", mv, dep.ImportPath)
		case !pin.replaced && mv.Version() != "" && pin.version != mv.Version():
			f.tidy("cue.mod/module.cue has %s at %s, but what imports it needs %s", mv.Path(), pin.version, mv.Version())
		}
		if dep.ModuleFile == nil {
			continue
		}
		for _, needed := range sortedVersions(dep.ModuleFile.DepVersions()) {
			if pin, ok := pins[needed.Path()]; ok && !pin.replaced && semver.Compare(pin.version, needed.Version()) < 0 {
				f.low(needed, pin.version, mv)
			}
		}
	}
}

// pin is what a module is held to: a version, or what stands for it.
type pin struct {
	version  string
	replaced bool
}

func pinsOf(file *modfile.File) map[string]pin {
	pins := map[string]pin{}
	for _, mv := range file.DepVersions() {
		pins[mv.Path()] = pin{version: mv.Version()}
	}
	for path, dep := range file.Deps {
		if mv, err := module.NewVersion(path, dep.Version); err == nil && dep.ReplaceWith != "" {
			pins[mv.Path()] = pin{version: dep.Version, replaced: true}
		}
	}
	return pins
}

func sortedVersions(list []module.Version) []module.Version {
	return slices.SortedFunc(slices.Values(list), func(a, b module.Version) int { return cmp.Compare(a.Path(), b.Path()) })
}

// replacements names the modules that local-module.cue replaces, with what.
func replacements(inst *build.Instance) []string {
	if inst.ModuleFile == nil {
		return nil
	}
	var list []string
	for path, dep := range inst.ModuleFile.Deps {
		if dep.ReplaceWith != "" {
			list = append(list, fmt.Sprintf("%s by %s", path, dep.ReplaceWith))
		}
	}
	slices.Sort(list)
	return list
}
