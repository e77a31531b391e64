package store

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"strings"

	"cuelang.org/go/internal/robustio"
	"cuelang.org/go/mod/modfile"
	"cuelang.org/go/mod/module"
)

// ReadMod returns the cached module file. It is [fs.ErrNotExist] when there is none, and a [*Damage] when it is not what came
// from the registry, as far as the cache can tell.
func (s *Store) ReadMod(mv module.Version) (*modfile.File, error) {
	l, err := s.Layout(mv)
	if err != nil {
		return nil, err
	}
	data, err := robustio.ReadFile(l.Mod)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if err != nil {
		return nil, s.failure(err)
	}
	file, err := ParseModuleFile(data, mv)
	if err != nil {
		return nil, damagef("%s: %v", l.Mod, err)
	}
	if err := l.checkMod(data, mv); err != nil {
		return nil, err
	}
	return file, nil
}

// IsModKnown says whether the cached module file is, byte for byte and untouched, one that [Store.ReadMod] or [Store.WriteMod] has
// accepted. It is quick: nothing is parsed.
func (s *Store) IsModKnown(mv module.Version) bool {
	l, err := s.Layout(mv)
	if err != nil {
		return false
	}
	data, err := robustio.ReadFile(l.Mod)
	if err != nil {
		return false
	}
	record, err := l.recordOf(data)
	if err != nil {
		return false
	}
	known, err := os.ReadFile(l.modRecord)
	return err == nil && string(known) == record
}

// recordOf is what is noted of a module file that was accepted: its hash, and what changes when somebody writes to it.
func (l Layout) recordOf(data []byte) (string, error) {
	info, err := os.Stat(l.Mod)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:]) + " " + stamp(info), nil
}

// checkMod compares the module file with what is known of it. A file that cue has brought is believed, and remembered, unless
// the archive beside it says something else.
func (l Layout) checkMod(data []byte, mv module.Version) error {
	record, err := l.recordOf(data)
	if err != nil {
		return err
	}
	known, err := os.ReadFile(l.modRecord)
	if err == nil && string(known) == record {
		return nil
	}
	isKnown := err == nil && strings.HasPrefix(string(known), record[:2*sha256.Size])
	if !isKnown {
		archive, archiveErr := l.openArchive(mv)
		if archiveErr == nil {
			archive.Close()
		}
		if archiveErr == nil && string(archive.ModuleFile) != string(data) || archiveErr != nil && err == nil {
			return damagef("%s was changed", l.Mod)
		}
	}
	_ = writeFile(l.modRecord, []byte(record))
	return nil
}

// WriteMod puts a module file into the cache. The lock must be held.
func (s *Store) WriteMod(mv module.Version, data []byte) error {
	l, err := s.Layout(mv)
	if err != nil {
		return err
	}
	if err := writeFile(l.Mod, data); err != nil {
		return s.failure(err)
	}
	if record, err := l.recordOf(data); err == nil {
		_ = writeFile(l.modRecord, []byte(record))
	}
	return nil
}

// RestoreMod takes the module file from the archive beside it. The lock must be held.
func (s *Store) RestoreMod(mv module.Version) error {
	l, err := s.Layout(mv)
	if err != nil {
		return err
	}
	archive, err := l.openArchive(mv)
	if err != nil {
		return err
	}
	defer archive.Close()
	return s.WriteMod(mv, archive.ModuleFile)
}
