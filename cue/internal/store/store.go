// Package store is the module cache on disk, in the layout and under the locks that cue has, so that both can use one cache at
// the same time. What it adds are checks: cue believes what it finds.
package store

import (
	"context"
	"os"
	"path/filepath"

	"cuelang.org/go/mod/module"
	"github.com/rogpeppe/go-internal/lockedfile"
)

// Store is a cache folder.
type Store struct {
	dir string
}

// New returns the store in a folder, absolute, that need not exist.
func New(cache string) *Store { return &Store{dir: cache} }

// Dir returns the cache folder.
func (s *Store) Dir() string { return s.dir }

// Layout has the paths of one module version.
type Layout struct {
	Mod     string
	Zip     string
	Extract string

	lock    string
	partial string
	// Our own records of what was checked, beside the folder that belongs to cue.
	modRecord  string
	treeRecord string
	zipRecord  string
}

// Layout returns where a module version is. It fails for versions that are not canonical.
func (s *Store) Layout(mv module.Version) (Layout, error) {
	if !mv.IsCanonical() {
		return Layout{}, invalidf("%v is not a module version", mv)
	}
	path, err := module.EscapePath(mv.BasePath())
	if err != nil {
		return Layout{}, invalidf("%w", err)
	}
	version, err := module.EscapeVersion(mv.Version())
	if err != nil {
		return Layout{}, invalidf("%w", err)
	}
	path = filepath.FromSlash(path)
	download := filepath.Join(s.dir, "mod", "download", path, "@v", version)
	record := filepath.Join(s.dir, "opm", "verified", path, "@v", version)
	return Layout{
		Mod:        download + ".mod",
		Zip:        download + ".zip",
		Extract:    filepath.Join(s.dir, "mod", "extract", path+"@"+version),
		lock:       download + ".lock",
		partial:    download + ".partial",
		modRecord:  record + ".mod",
		treeRecord: record + ".tree",
		zipRecord:  record + ".zip",
	}, nil
}

// Lock takes the lock that cue takes to change what the cache has of a module version. It waits for other processes until ctx
// ends.
func (s *Store) Lock(ctx context.Context, mv module.Version) (unlock func(), err error) {
	l, err := s.Layout(mv)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(l.lock), 0o777); err != nil {
		return nil, s.failure(err)
	}
	type result struct {
		unlock func()
		err    error
	}
	taken := make(chan result, 1)
	go func() {
		unlock, err := lockedfile.MutexAt(l.lock).Lock()
		taken <- result{unlock, err}
	}()
	select {
	case r := <-taken:
		if r.err != nil {
			return nil, s.failure(r.err)
		}
		return r.unlock, nil
	case <-ctx.Done():
		go func() {
			if r := <-taken; r.err == nil {
				r.unlock()
			}
		}()
		return nil, context.Cause(ctx)
	}
}
