package evaluate

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"cuelang.org/go/cue/build"
	"cuelang.org/go/cue/errors"
	"cuelang.org/go/cue/load"
)

// loadAll loads what patterns name, or the whole module, also where a folder has several packages. Each package has its own errors: one that cannot
// be loaded keeps no other from being looked at.
func (s *source) loadAll(patterns []string) []*build.Instance {
	if len(patterns) == 0 {
		patterns = []string{"./..."}
	}
	insts := s.load(false, "", patterns...)
	var several *load.MultiplePackageError
	one := !slices.ContainsFunc(insts, func(inst *build.Instance) bool { return inst.Err != nil && errors.As(inst.Err, &several) })
	if one && !slices.ContainsFunc(insts, isPatternError) {
		return insts
	}
	var folders []string
	for _, pattern := range patterns {
		folders = append(folders, s.folders(pattern)...)
	}
	if len(folders) == 0 {
		return insts
	}
	name := "*"
	if one {
		name = ""
	}
	var found []*build.Instance
	for _, inst := range s.load(false, name, folders...) {
		var none *load.NoFilesError
		// files without a package are no part of the module
		nameless := inst.Err == nil && !one && (inst.PkgName == "" || inst.PkgName == "_")
		if !nameless && !errors.As(inst.Err, &none) {
			found = append(found, inst)
		}
	}
	if len(found) == 0 {
		return insts
	}
	return found
}

// isPatternError says that an instance only has the errors of what a pattern matched.
func isPatternError(inst *build.Instance) bool { return inst.Err != nil && inst.Dir == "" }

// folders returns the folders with CUE files that a pattern matches, as the loader finds them. What is no such pattern stays.
func (s *source) folders(pattern string) []string {
	before, matches := strings.CutSuffix(pattern, "/...")
	if !matches || before != "." && !strings.HasPrefix(before, "./") {
		return []string{pattern}
	}
	var found []string
	top := filepath.Join(s.root, filepath.FromSlash(before))
	_ = filepath.WalkDir(top, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.IsDir() {
			return nil
		}
		base := entry.Name()
		if name != top && (strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_") || base == "testdata" || isThere(name, "cue.mod")) {
			return filepath.SkipDir
		}
		if base == "cue.mod" {
			return filepath.SkipDir
		}
		if hasCUE(name) {
			relative, _ := filepath.Rel(s.root, name)
			found = append(found, "./"+path.Clean(filepath.ToSlash(relative)))
		}
		return nil
	})
	return found
}

func hasCUE(folder string) bool {
	entries, err := os.ReadDir(folder)
	return err == nil && slices.ContainsFunc(entries, func(entry fs.DirEntry) bool { return !entry.IsDir() && strings.HasSuffix(entry.Name(), ".cue") })
}

func isThere(folder, name string) bool {
	_, err := os.Stat(filepath.Join(folder, name))
	return err == nil
}
