package store

import (
	"fmt"
	"os"
	"path/filepath"

	"cuelang.org/go/internal/robustio"
	"cuelang.org/go/mod/module"
)

// PutZip puts the archive of a module version into the cache, and its module file: fetch writes the archive's bytes, checked,
// to the file that it is given, which takes the place of the old archive only when it is one of the module with exactly the
// module file of which accept approves. The lock must be held.
func (s *Store) PutZip(mv module.Version, fetch func(*os.File) error, accept func(moduleFile []byte) error) error {
	l, err := s.Layout(mv)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(l.Zip), 0o777); err != nil {
		return s.failure(err)
	}
	// Under the lock nobody else is writing: these are of a crash.
	if old, err := filepath.Glob(filepath.Join(filepath.Dir(l.Zip), filepath.Base(l.Zip)+"*.tmp")); err == nil {
		for _, path := range old {
			_ = os.Remove(path)
		}
	}
	f, err := createTemp(l.Zip)
	if err != nil {
		return s.failure(err)
	}
	defer os.Remove(f.Name())
	err = fetch(f)
	if closeErr := f.Close(); err == nil {
		err = s.failure(closeErr)
	}
	if err != nil {
		return err
	}
	moduleFile, err := checkedModuleFile(f.Name(), mv)
	if err == nil {
		err = accept(moduleFile)
	}
	if err != nil {
		return err
	}
	// what is known of the old one would condemn the new one
	if err := removeFile(l.zipRecord); err != nil {
		return s.failure(err)
	}
	if err := robustio.Rename(f.Name(), l.Zip); err != nil {
		return s.failure(err)
	}
	l.rememberArchive()
	return s.WriteMod(mv, moduleFile)
}

func checkedModuleFile(zip string, mv module.Version) ([]byte, error) {
	archive, err := OpenArchive(zip, mv)
	if err != nil {
		return nil, fmt.Errorf("%v: %w", mv, err)
	}
	return archive.ModuleFile, archive.Close()
}
