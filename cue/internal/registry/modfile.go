package registry

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"cuelang.org/go/mod/modfile"
	"cuelang.org/go/mod/module"

	"cuelang.org/go/opm-cue/internal/rpc"
	"cuelang.org/go/opm-cue/internal/store"
)

// ModFile returns the module file of a published module version, from the cache where it is sound there, else from the archive
// beside it or from the registry. repaired says that the cache had one that was not sound.
func (r *Registry) ModFile(ctx context.Context, mv module.Version) (file *modfile.File, repaired bool, err error) {
	file, err = r.store.ReadMod(mv)
	if !r.canBring(mv, err) {
		return file, false, r.unusable(mv, err)
	}
	unlock, err := r.store.Lock(ctx, mv)
	if err != nil {
		return nil, false, err
	}
	defer unlock()
	file, err = r.store.ReadMod(mv)
	if !r.canBring(mv, err) {
		return file, false, r.unusable(mv, err)
	}
	isDamaged, damage := isDamage(err), damageOf(err)
	if r.store.RestoreMod(mv) == nil {
		file, err = r.store.ReadMod(mv)
		return file, isDamaged, r.unusable(mv, err)
	}
	a, err := r.fetchArtifact(ctx, mv, isDamaged)
	if err != nil {
		return nil, false, stillDamaged(ctx, mv, damage, err)
	}
	data, err := r.blobData(ctx, mv, a, a.moduleFile)
	if err != nil {
		return nil, false, stillDamaged(ctx, mv, damage, err)
	}
	if file, err = store.ParseModuleFile(data, mv); err != nil {
		return nil, false, about(ctx, a.place, err)
	}
	if err := r.store.WriteMod(mv, data); err != nil {
		return nil, false, err
	}
	r.keepArtifact(mv, a)
	return file, isDamaged, nil
}

// canBring says whether a module file that the cache has damaged, or has not, can be had elsewhere.
func (r *Registry) canBring(mv module.Version, err error) bool {
	if !isDamage(err) && !errors.Is(err, fs.ErrNotExist) {
		return false
	}
	return !r.options.Offline || r.store.CheckArchive(mv) == nil
}

func isDamage(err error) bool {
	_, ok := errors.AsType[*store.Damage](err)
	return ok || errors.Is(err, store.ErrUnverified)
}

// damageOf returns what is known to be wrong; nil for what only nobody has looked at.
func damageOf(err error) *store.Damage {
	damage, _ := errors.AsType[*store.Damage](err)
	return damage
}

// stillDamaged says why a registry was asked at all: the cache has a copy that cannot be used, and could not be had anew.
func stillDamaged(ctx context.Context, mv module.Version, damage *store.Damage, err error) error {
	e, ok := rpc.Find(ctx, err)
	if damage == nil || err == nil || !ok {
		return err
	}
	const format = "the module cache has a damaged copy of %v (%s), which could not be fetched anew: %w; run 'opm mod get --force' when it can be"
	failure := rpc.Errorf(e.Code, format, mv, damage.Problems[0], e)
	failure.Details = e.Details
	return rpc.Remember(ctx, failure.With("problems", damage.Problems))
}

// unusable is what the user hears of something in the cache that cannot be used as it is.
func (r *Registry) unusable(mv module.Version, err error) error {
	switch {
	case err == nil:
		return nil
	case isDamage(err):
		failure := rpc.Errorf(rpc.Invalid, "the module cache has a damaged copy of %v: %w; run 'opm mod get --force' to fetch it anew", mv, err)
		if damage, ok := errors.AsType[*store.Damage](err); ok {
			return failure.With("problems", damage.Problems)
		}
		return failure
	case errors.Is(err, fs.ErrNotExist):
		return r.offline(fmt.Sprintf("module %v", mv))
	}
	return err
}

// about says where content that is refused came from.
func about(ctx context.Context, p place, err error) error {
	e, ok := errors.AsType[*rpc.Error](err)
	if !ok || e.Code != rpc.Invalid {
		return err
	}
	failure := rpc.Errorf(e.Code, "%v is refused: %w", p, e)
	failure.Details = e.Details
	return rpc.Remember(ctx, failure)
}
