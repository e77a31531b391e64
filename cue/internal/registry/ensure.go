package registry

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"os"

	"cuelang.org/go/mod/module"

	"cuelang.org/go/opm-cue/internal/rpc"
	"cuelang.org/go/opm-cue/internal/store"
)

// State is what [Registry.Ensure] found and did.
type State string

// The states of the protocol that a module version in use can have.
const (
	Cached   State = "cached"
	Fetched  State = "fetched"
	Repaired State = "repaired"
)

// EnsureOptions say how a module version is brought into the cache.
type EnsureOptions struct {
	// Repair unpacks anew when extracted files were edited, which is invalid else, and looks at the module file, too.
	Repair bool
	// Force fetches also what is there. The old copy stays until the new one is whole and checked.
	Force bool
	// Progress is told how many bytes of the archive came, of how many.
	Progress func(received, total int64)
}

// Ensure brings a module version into the cache and unpacks it, unless it is there, checked. Others that do the same, in this
// process or another, wait for the first.
func (r *Registry) Ensure(ctx context.Context, mv module.Version, options EnsureOptions) (State, error) {
	state, err := r.ensureTree(ctx, mv, options)
	if err == nil && state == Cached && r.options.Watcher != nil {
		r.options.Watcher.Cached(ctx, mv.Path(), mv.Version())
	}
	if err != nil || !options.Repair || state == Fetched || r.store.IsModKnown(mv) {
		return state, err
	}
	_, repaired, err := r.ModFile(ctx, mv)
	if repaired {
		state = Repaired
	}
	return state, err
}

func (r *Registry) ensureTree(ctx context.Context, mv module.Version, options EnsureOptions) (State, error) {
	if !options.Force {
		if err := r.store.CheckTree(mv); !r.needsWork(err, options) {
			return Cached, r.unusable(mv, err)
		}
	}
	unlock, err := r.store.Lock(ctx, mv)
	if err != nil {
		return "", err
	}
	defer unlock()
	if options.Force {
		if r.options.Offline {
			return "", r.offline("fetching " + mv.String() + " anew")
		}
		return Fetched, r.fetch(ctx, mv, options)
	}
	tree := r.store.CheckTree(mv)
	if !r.needsWork(tree, options) {
		return Cached, r.unusable(mv, tree)
	}
	archive := r.extract(mv)
	switch {
	case archive == nil && isDamage(tree):
		return Repaired, nil
	case archive == nil:
		return Cached, nil
	case r.options.Offline && errors.Is(tree, store.ErrUnverified) && errors.Is(archive, fs.ErrNotExist):
		// Nothing says that the files are wrong, and nobody can be asked.
		return Cached, nil
	case r.options.Offline || !isDamage(archive) && !errors.Is(archive, fs.ErrNotExist):
		return "", r.unusable(mv, archive)
	case isDamage(archive) || isDamage(tree):
		return Repaired, stillDamaged(ctx, mv, cmp.Or(damageOf(archive), damageOf(tree)), r.fetch(ctx, mv, options))
	default:
		return Fetched, r.fetch(ctx, mv, options)
	}
}

// needsWork says whether the extracted folder, which CheckTree found err about, is to be made anew.
func (r *Registry) needsWork(err error, options EnsureOptions) bool {
	switch {
	case err == nil:
		return false
	case errors.Is(err, store.ErrUnverified):
		return true
	case isDamage(err):
		return options.Repair
	}
	return errors.Is(err, fs.ErrNotExist)
}

// extract unpacks the archive of the cache, if that is sound.
func (r *Registry) extract(mv module.Version) error {
	if err := r.store.CheckArchive(mv); err != nil {
		return err
	}
	return r.store.Extract(mv)
}

// fetch gets the archive from the registry and unpacks it. The lock must be held.
func (r *Registry) fetch(ctx context.Context, mv module.Version, options EnsureOptions) error {
	a, err := r.fetchArtifact(ctx, mv, options.Force)
	if err != nil {
		return err
	}
	var downloadErr error
	download := func(f *os.File) error {
		downloadErr = r.download(ctx, mv, a, a.zip, f, func(received int64) {
			if options.Progress != nil {
				options.Progress(received, a.zip.Size)
			}
		})
		return downloadErr
	}
	accept := func(moduleFile []byte) error {
		if a.moduleFile.Digest != a.moduleFile.Digest.Algorithm().FromBytes(moduleFile) {
			return rpc.Errorf(rpc.Invalid, "the module file in its archive is not the one beside it")
		}
		return nil
	}
	if err := r.store.PutZip(mv, download, accept); downloadErr != nil {
		return err
	} else if err != nil {
		return about(ctx, a.place, err)
	}
	err = r.store.Extract(mv)
	if damage, ok := errors.AsType[*store.Damage](err); ok {
		// It came as it was published: to fetch it again changes nothing, and nobody else should find it.
		if err := r.store.DropZip(mv); err != nil {
			return err
		}
		return about(ctx, a.place, rpc.Errorf(rpc.Invalid, "the archive cannot be unpacked: %w", damage))
	}
	return err
}
