package store

import (
	"archive/zip"
	"errors"
	"io"
	"io/fs"
	"os"

	"cuelang.org/go/mod/modfile"
	"cuelang.org/go/mod/module"
	"cuelang.org/go/mod/modzip"

	"cuelang.org/go/opm-cue/internal/rpc"
)

// Archive is the zip of a module version whose form and identity are checked; the contents of its files are not.
type Archive struct {
	file       *os.File
	zip        *zip.Reader
	ModuleFile []byte
}

// OpenArchive opens and checks a zip: names and sizes of its files, and that its module file is that of the module. Failures
// are of type [*rpc.Error] and invalid, those of the file system as they are.
func OpenArchive(path string, mv module.Version) (*Archive, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	a, err := readArchive(f, mv)
	if err != nil {
		f.Close()
		return nil, err
	}
	return a, nil
}

func readArchive(f *os.File, mv module.Version) (*Archive, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	reader, modFile, files, err := modzip.CheckZip(mv, f, info.Size())
	if err == nil {
		err = files.Err()
	}
	if err != nil {
		return nil, rpc.Errorf(rpc.Invalid, "the archive is not one of a module: %w", err)
	}
	for _, entry := range reader.File {
		// CUE would write a file with the target in it, which is not what was packed
		if entry.Mode().Type()&^fs.ModeDir != 0 {
			return nil, rpc.Errorf(rpc.Invalid, "the archive is not one of a module: %s is a link or a special file", entry.Name)
		}
	}
	data, err := readEntry(modFile)
	if err != nil {
		return nil, rpc.Errorf(rpc.Invalid, "cue.mod/module.cue of the archive cannot be read: %w", err)
	}
	if _, err := ParseModuleFile(data, mv); err != nil {
		return nil, err
	}
	return &Archive{file: f, zip: reader, ModuleFile: data}, nil
}

// Close closes the file.
func (a *Archive) Close() error { return a.file.Close() }

func readEntry(f *zip.File) ([]byte, error) {
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(io.LimitReader(r, modzip.MaxCUEMod))
}

// ParseModuleFile reads the module file of a published module. It is invalid when it is that of another module.
func ParseModuleFile(data []byte, mv module.Version) (*modfile.File, error) {
	file, err := modfile.Parse(data, mv.String())
	if err != nil {
		return nil, rpc.Errorf(rpc.Invalid, "the module file of %v is invalid: %w", mv, err)
	}
	if found := file.QualifiedModule(); found != mv.Path() {
		return nil, rpc.Errorf(rpc.Invalid, "it is the module %q, not %q that was asked for", found, mv.Path()).
			With("expected", mv.Path()).With("found", found)
	}
	return file, nil
}

// CheckArchive checks form and identity of the cached archive. It is [fs.ErrNotExist] when there is none, and a [*Damage] when
// it is not sound.
func (s *Store) CheckArchive(mv module.Version) error {
	l, err := s.Layout(mv)
	if err != nil {
		return err
	}
	archive, err := l.openArchive(mv)
	switch {
	case err == nil:
		return archive.Close()
	case isDamage(err):
		return err
	case errors.Is(err, fs.ErrNotExist):
		return err
	case isPathError(err):
		return s.failure(err)
	}
	return damagef("%s: %v", l.Zip, err)
}

func isPathError(err error) bool {
	_, ok := errors.AsType[*fs.PathError](err)
	return ok
}
