package store

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"cuelang.org/go/mod/modcache"
	"cuelang.org/go/mod/module"
)

// Remove removes all that the cache has of a module version, under its lock, and returns how many bytes that was. The lock
// file stays, because others may be waiting for it.
func (s *Store) Remove(ctx context.Context, mv module.Version) (int64, error) {
	l, err := s.Layout(mv)
	if err != nil {
		return 0, err
	}
	bytes := l.Size()
	if there, err := l.anything(); err != nil || !there {
		return 0, s.failure(err)
	}
	for _, path := range []string{l.Zip, l.Extract, l.modRecord} {
		if err := s.contains(path); err != nil {
			return 0, err
		}
	}
	unlock, err := s.Lock(ctx, mv)
	if err != nil {
		return 0, err
	}
	defer unlock()
	if err := removeFile(l.treeRecord, l.modRecord); err != nil {
		return 0, s.failure(err)
	}
	// A crash in the middle must not leave a folder that looks whole.
	if there, err := exists(l.Extract); err == nil && there {
		if err := os.WriteFile(l.partial, nil, 0o666); err != nil {
			return 0, s.failure(err)
		}
		if err := modcache.RemoveAll(l.Extract); err != nil {
			return 0, s.failure(err)
		}
	}
	if err := removeFile(l.Zip, l.Mod, l.partial); err != nil {
		return 0, s.failure(err)
	}
	removeEmpty(filepath.Dir(l.Extract), filepath.Join(s.dir, "mod", "extract"))
	removeEmpty(filepath.Dir(l.modRecord), filepath.Join(s.dir, "opm", "verified"))
	return bytes, nil
}

// DropZip removes the archive of a module version alone. The lock must be held.
func (s *Store) DropZip(mv module.Version) error {
	l, err := s.Layout(mv)
	if err != nil {
		return err
	}
	return s.failure(removeFile(l.Zip))
}

func (l Layout) anything() (bool, error) {
	for _, path := range []string{l.Mod, l.Zip, l.Extract, l.partial} {
		if there, err := exists(path); err != nil || there {
			return there, err
		}
	}
	return false, nil
}

// contains fails where a link in the cache leads out of it.
func (s *Store) contains(path string) error {
	root, err := filepath.EvalSymlinks(s.dir)
	if err != nil {
		return s.failure(err)
	}
	parent, err := filepath.EvalSymlinks(filepath.Dir(path))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return s.failure(err)
	}
	if parent != root && !strings.HasPrefix(parent, root+string(filepath.Separator)) {
		return invalidf("%s is a way out of the module cache %s: nothing is removed", filepath.Dir(path), s.dir)
	}
	return nil
}

func removeFile(paths ...string) error {
	for _, path := range paths {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// removeEmpty removes empty folders from dir up to, but without, root.
func removeEmpty(dir, root string) {
	for strings.HasPrefix(dir, root+string(filepath.Separator)) && os.Remove(dir) == nil {
		dir = filepath.Dir(dir)
	}
}
