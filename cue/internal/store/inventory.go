package store

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"cuelang.org/go/internal/mod/semver"
	"cuelang.org/go/mod/module"
)

// Size returns how many bytes the cache has of a module version: module file, archive and extracted files.
func (l Layout) Size() int64 {
	var bytes int64
	for _, file := range []string{l.Mod, l.Zip} {
		if info, err := os.Lstat(file); err == nil {
			bytes += info.Size()
		}
	}
	_ = filepath.WalkDir(l.Extract, func(_ string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() {
			if info, err := entry.Info(); err == nil {
				bytes += info.Size()
			}
		}
		return nil
	})
	return bytes
}

// All returns every module version that the cache has anything of, sorted.
func (s *Store) All() ([]module.Version, error) {
	found := map[module.Version]bool{}
	downloads, extracts := filepath.Join(s.dir, "mod", "download"), filepath.Join(s.dir, "mod", "extract")
	err := walk(downloads, func(name string, entry fs.DirEntry) bool {
		dir, file := path.Split(name)
		escaped, ok := strings.CutSuffix(dir, "/@v/")
		ext := path.Ext(file)
		if ok && (ext == ".mod" || ext == ".zip") {
			add(found, escaped, strings.TrimSuffix(file, ext))
		}
		return entry.IsDir()
	})
	if err != nil {
		return nil, s.failure(err)
	}
	err = walk(extracts, func(name string, entry fs.DirEntry) bool {
		escaped, version, ok := strings.Cut(name, "@")
		if ok && !strings.Contains(version, ".tmp-") {
			add(found, escaped, version)
		}
		return entry.IsDir() && !ok
	})
	if err != nil {
		return nil, s.failure(err)
	}
	list := make([]module.Version, 0, len(found))
	for mv := range found {
		list = append(list, mv)
	}
	slices.SortFunc(list, module.Version.Compare)
	return list, nil
}

// walk visits what is below root; visit says whether to go into a folder.
func walk(root string, visit func(name string, entry fs.DirEntry) bool) error {
	return filepath.WalkDir(root, func(file string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, file)
		if err != nil || name == "." {
			return err
		}
		if !visit(filepath.ToSlash(name), entry) && entry.IsDir() {
			return fs.SkipDir
		}
		return nil
	})
}

// add takes what names in the cache say; names of other things are left alone.
func add(found map[module.Version]bool, escapedPath, escapedVersion string) {
	base, version := unescape(escapedPath), unescape(escapedVersion)
	if mv, err := module.NewVersion(base+"@"+semver.Major(version), version); err == nil && mv.IsCanonical() {
		found[mv] = true
	}
}

// unescape turns !x into X: a cache keeps capitals so for file systems that do not know them.
func unescape(s string) string {
	if !strings.Contains(s, "!") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '!' && i+1 < len(s) {
			i++
			b.WriteString(strings.ToUpper(s[i : i+1]))
			continue
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
