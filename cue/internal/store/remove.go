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
	unlock, err := s.lockToRemove(ctx, mv, l)
	if err != nil {
		return 0, err
	}
	defer unlock()
	if err := l.removeTree(); err != nil {
		return 0, s.failure(err)
	}
	if err := removeFile(l.Zip, l.Mod, l.partial, l.modRecord, l.zipRecord); err != nil {
		return 0, s.failure(err)
	}
	l.removeEmptyFolders(s)
	return bytes, nil
}

// RemoveDamaged removes what [Store.Verify] finds fault with, under the lock of the module version, and returns how many bytes that
// was. What is sound stays: files are unpacked anew from a sound archive.
func (s *Store) RemoveDamaged(ctx context.Context, mv module.Version) (int64, error) {
	l, err := s.Layout(mv)
	if err != nil {
		return 0, err
	}
	if there, err := l.anything(); err != nil || !there {
		return 0, s.failure(err)
	}
	unlock, err := s.lockToRemove(ctx, mv, l)
	if err != nil {
		return 0, err
	}
	defer unlock()
	before := l.Size()
	archive := l.readArchive(mv)
	if _, err := s.ReadMod(mv); isDamage(err) {
		if err := removeFile(l.Mod, l.modRecord); err != nil {
			return 0, s.failure(err)
		}
	}
	if !l.isTreeSound(mv, archive) {
		if err := l.removeTree(); err != nil {
			return 0, s.failure(err)
		}
	}
	if archive != nil && !errors.Is(archive, fs.ErrNotExist) {
		if err := removeFile(l.Zip, l.zipRecord); err != nil {
			return 0, s.failure(err)
		}
	}
	removed := before - l.Size()
	if there, err := l.anything(); err == nil && !there {
		_ = removeFile(l.zipRecord)
		l.removeEmptyFolders(s)
	}
	return removed, nil
}

// isTreeSound says whether the extracted folder, if there is one, is what the archive has. Without one nobody can say so.
func (l Layout) isTreeSound(mv module.Version, archive error) bool {
	if err := l.complete(); err != nil || archive != nil {
		return errors.Is(err, fs.ErrNotExist)
	}
	listing, err := list(l.Extract)
	if err != nil {
		return false
	}
	problems, err := l.compare(mv, listing)
	return err == nil && len(problems) == 0
}

// lockToRemove takes the lock, unless a link would lead out of the cache.
func (s *Store) lockToRemove(ctx context.Context, mv module.Version, l Layout) (unlock func(), err error) {
	for _, path := range []string{l.Zip, l.Extract, l.modRecord} {
		if err := s.contains(path); err != nil {
			return nil, err
		}
	}
	return s.Lock(ctx, mv)
}

// removeTree removes the extracted folder. A crash in the middle does not leave one that looks whole.
func (l Layout) removeTree() error {
	if err := removeFile(l.treeRecord); err != nil {
		return err
	}
	if there, err := exists(l.Extract); err != nil || !there {
		return err
	}
	if err := os.WriteFile(l.partial, nil, 0o666); err != nil {
		return err
	}
	if err := modcache.RemoveAll(l.Extract); err != nil {
		return err
	}
	return removeFile(l.partial)
}

func (l Layout) removeEmptyFolders(s *Store) {
	removeEmpty(filepath.Dir(l.Extract), filepath.Join(s.dir, "mod", "extract"))
	removeEmpty(filepath.Dir(l.modRecord), filepath.Join(s.dir, "opm", "verified"))
}

// DropZip removes the archive of a module version alone. The lock must be held.
func (s *Store) DropZip(mv module.Version) error {
	l, err := s.Layout(mv)
	if err != nil {
		return err
	}
	return s.failure(removeFile(l.Zip, l.zipRecord))
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
