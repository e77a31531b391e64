package store

import (
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"cuelang.org/go/internal/robustio"
	"cuelang.org/go/mod/modcache"
	"cuelang.org/go/mod/module"
	"cuelang.org/go/mod/modzip"
)

// Extract unpacks the archive of the cache. What was there is replaced as a whole, and stays when the archive is damaged. The
// lock must be held.
func (s *Store) Extract(mv module.Version) error {
	l, err := s.Layout(mv)
	if err != nil {
		return err
	}
	parent, prefix := filepath.Dir(l.Extract), filepath.Base(l.Extract)+".tmp-"
	if err := os.MkdirAll(parent, 0o777); err != nil {
		return s.failure(err)
	}
	sweep(parent, prefix)
	fresh := filepath.Join(parent, prefix+strconv.Itoa(rand.IntN(1_000_000_000)))
	if err := modzip.Unzip(fresh, mv, l.Zip); err != nil {
		_ = modcache.RemoveAll(fresh)
		if isPathError(err) {
			return s.failure(err)
		}
		return damagef("%s: %v", l.Zip, err)
	}
	if err := l.swapIn(fresh, filepath.Join(parent, prefix+"old")); err != nil {
		_ = modcache.RemoveAll(fresh)
		return s.failure(err)
	}
	makeReadOnly(l.Extract)
	if there, err := exists(l.zipRecord); err == nil && !there {
		l.rememberArchive()
	}
	if listing, err := list(l.Extract); err == nil {
		_ = writeFile(l.treeRecord, []byte(listing.digest()))
	}
	return nil
}

// swapIn puts a folder in place. The .partial file keeps others from what is not whole, also after a crash.
func (l Layout) swapIn(fresh, old string) error {
	if err := robustio.WriteFile(l.partial, nil, 0o666); err != nil {
		return err
	}
	had, err := exists(l.Extract)
	if err != nil {
		return err
	}
	if had {
		if err := robustio.Rename(l.Extract, old); err != nil {
			return err
		}
	}
	if err := robustio.Rename(fresh, l.Extract); err != nil {
		if had && robustio.Rename(old, l.Extract) == nil {
			os.Remove(l.partial)
		}
		return err
	}
	if err := os.Remove(l.partial); err != nil {
		return err
	}
	_ = modcache.RemoveAll(old)
	return nil
}

// sweep removes what a crash has left behind.
func sweep(dir, prefix string) {
	entries, _ := os.ReadDir(dir)
	for _, entry := range entries {
		if strings.HasPrefix(entry.Name(), prefix) {
			_ = modcache.RemoveAll(filepath.Join(dir, entry.Name()))
		}
	}
}

// makeReadOnly takes the write permission from folders, innermost first, as cue does.
func makeReadOnly(root string) {
	var dirs []string
	_ = filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.IsDir() {
			dirs = append(dirs, path)
		}
		return nil
	})
	for _, dir := range slices.Backward(dirs) {
		if info, err := os.Lstat(dir); err == nil {
			_ = os.Chmod(dir, info.Mode()&^0o222)
		}
	}
}
