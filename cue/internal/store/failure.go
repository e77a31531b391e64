package store

import (
	"errors"
	"io/fs"
	"syscall"

	"cuelang.org/go/opm-cue/internal/rpc"
)

// Damage is a part of the cache that is not what it was when it came.
type Damage struct {
	// Problems name files and what is wrong with them; never empty.
	Problems []string
}

func (d *Damage) Error() string { return d.Problems[0] }

func damagef(format string, args ...any) *Damage {
	return &Damage{Problems: []string{rpc.Errorf(rpc.Invalid, format, args...).Message}}
}

func invalidf(format string, args ...any) error { return rpc.Errorf(rpc.Invalid, format, args...) }

// failure says what a file system error means for the user of the cache.
func (s *Store) failure(err error) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*rpc.Error](err); ok {
		return err
	}
	switch {
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS), errors.Is(err, syscall.ENOTDIR):
		return rpc.Errorf(rpc.Permission, "the module cache %s cannot be used: %w; set CUE_CACHE_DIR to a folder that you may write to", s.dir, err)
	default:
		return rpc.Errorf(rpc.General, "the module cache %s cannot be used: %w", s.dir, err)
	}
}
