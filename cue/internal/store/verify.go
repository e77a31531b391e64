package store

import (
	"errors"
	"fmt"
	"io"
	"io/fs"

	"cuelang.org/go/mod/module"
)

// Verify checks all that the cache has of a module version, and reads every byte of it. It returns what is wrong, and
// [fs.ErrNotExist] when there is nothing.
func (s *Store) Verify(mv module.Version) (problems []string, err error) {
	l, err := s.Layout(mv)
	if err != nil {
		return nil, err
	}
	there, err := l.anything()
	if err != nil {
		return nil, s.failure(err)
	}
	if !there {
		return nil, fs.ErrNotExist
	}
	if _, err := s.ReadMod(mv); err != nil && !errors.Is(err, fs.ErrNotExist) {
		problems = append(problems, err.Error())
	}
	hasZip, err := exists(l.Zip)
	if err != nil {
		return nil, s.failure(err)
	}
	sound := false
	if hasZip {
		if err := l.readArchive(mv); err != nil {
			problems = append(problems, fmt.Sprintf("%s: %v", l.Zip, err))
		} else {
			sound = true
		}
	}
	switch err := l.complete(); {
	case errors.Is(err, fs.ErrNotExist):
		return problems, nil
	case err != nil:
		return nil, s.failure(err)
	case !sound:
		if !hasZip {
			problems = append(problems, fmt.Sprintf("%s is missing: its extracted files cannot be checked", l.Zip))
		}
		return problems, nil
	}
	listing, err := list(l.Extract)
	if err != nil {
		return nil, s.failure(err)
	}
	different, err := l.compare(mv, listing)
	if err != nil {
		return nil, err
	}
	return append(problems, different...), nil
}

// readArchive reads every file of the archive, which checks their sums.
func (l Layout) readArchive(mv module.Version) error {
	archive, err := l.openArchive(mv)
	if err != nil {
		return err
	}
	defer archive.Close()
	for _, entry := range archive.zip.File {
		r, err := entry.Open()
		if err == nil {
			_, err = io.Copy(io.Discard, r)
			r.Close()
		}
		if err != nil {
			return fmt.Errorf("%s: %w", entry.Name, err)
		}
	}
	return nil
}
