package requirements

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"

	"cuelang.org/go/internal/mod/modload"
	"cuelang.org/go/internal/mod/modpkgload"
	"cuelang.org/go/mod/modfile"
	"cuelang.org/go/mod/module"

	"cuelang.org/go/opm-cue/internal/modfiles"
	"cuelang.org/go/opm-cue/internal/rpc"
)

// folders returns where a replacement folder of a module is.
func folders(root string) func(string) (module.SourceLoc, error) {
	return func(folder string) (module.SourceLoc, error) {
		if !filepath.IsAbs(folder) {
			folder = filepath.Join(root, folder)
		}
		return module.SourceLoc{FS: module.OSDirFS(folder), Dir: "."}, nil
	}
}

// view returns what the main module sees: module.cue, or local-module.cue in its place, with replacements that are still in
// module.cue.
func view(m *modfiles.Module) (*modfile.File, error) {
	deps := map[string]*modfile.Dep{}
	if m.Local != nil {
		for path, dep := range fullDeps(m.Local) {
			copied := *dep
			deps[path] = &copied
		}
	}
	for path, dep := range fullDeps(m.File) {
		mine := deps[path]
		if mine == nil && (m.Local == nil || dep.ReplaceWith != "") {
			copied := *dep
			deps[path] = &copied
		} else if mine != nil {
			mine.ReplaceWith = cmp.Or(mine.ReplaceWith, dep.ReplaceWith)
		}
	}
	return initialised(m.File, deps)
}

// replacing returns a registry that has the replacements of a view.
func replacing(registry modload.Registry, seen *modfile.File, root string) (modload.Registry, *modpkgload.Replacements, error) {
	replacements, err := modpkgload.NewReplacements(seen)
	if err != nil {
		return nil, nil, rpc.Errorf(rpc.Invalid, "cue.mod/local-module.cue: %w: run 'opm mod tidy'", err)
	}
	return modpkgload.NewReplacingRegistry(registry, replacements, folders(root)), replacements, nil
}

// checkReplacements holds the folders that stand for modules to the paths of those modules.
func checkReplacements(root string, m *modfiles.Module) error {
	seen, err := view(m)
	if err != nil {
		return err
	}
	var found []rpc.Diagnostic
	positions := m.Positions()
	for path, dep := range seen.Deps {
		if dep.ReplaceWith == "" {
			continue
		}
		folder, _, _, err := modpkgload.ReplaceTarget(dep.ReplaceWith)
		if err == nil && folder != "" {
			err = checkFolder(root, folder, path)
		}
		if err != nil {
			found = append(found, rpc.Diagnostic{Message: err.Error(), Positions: []rpc.Position{positions[path]}, Path: path, Check: "module-file"})
		}
	}
	if len(found) == 0 {
		return nil
	}
	slices.SortFunc(found, func(a, b rpc.Diagnostic) int { return cmp.Compare(a.Path, b.Path) })
	return modfiles.Invalid(found)
}

func checkFolder(root, folder, path string) error {
	location, _ := folders(root)(folder)
	text, err := fs.ReadFile(location.FS, modfiles.ModuleFile)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("replacement directory %s has no cue.mod/module.cue: it must have the module %q", folder, path)
	}
	if err != nil {
		return fmt.Errorf("cannot read the module file of replacement directory %s: %w", folder, err)
	}
	file, err := modfiles.Parse(text)
	if err != nil {
		return fmt.Errorf("replacement directory %s: %w", folder, err)
	}
	if got := file.QualifiedModule(); got != path {
		return fmt.Errorf("replacement directory %s has module path %q, want %q", folder, got, path)
	}
	return nil
}
