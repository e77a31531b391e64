package modfiles

import (
	"errors"
	"fmt"
	"io"
	"io/fs"

	"cuelang.org/go/mod/modfile"

	"cuelang.org/go/opm-cue/internal/rpc"
)

// sizeLimit is what cue allows for module.cue, in bytes.
const sizeLimit = 16 << 20

// Module is what the module files of a module say. Local is nil, as LocalText is, without a local-module.cue.
type Module struct {
	Text, LocalText []byte
	File, Local     *modfile.File
}

// Read reads the module files in the root of a module. It returns not-found without a module, and invalid with all that is
// wrong in them.
func Read(root fs.FS) (*Module, error) {
	text, err := readText(root, ModuleFile)
	if err != nil {
		return nil, err
	}
	file, err := Parse(text)
	if err != nil {
		return nil, err
	}
	module := &Module{Text: text, File: file}
	local, err := readText(root, LocalFile)
	if code, ok := errors.AsType[*rpc.Error](err); ok && code.Code == rpc.NotFound {
		return module, nil
	}
	if err != nil {
		return nil, err
	}
	if module.Local, err = ParseLocal(local, file); err != nil {
		return nil, err
	}
	module.LocalText = local
	return module, nil
}

// Parse reads module.cue as it may be in a main module.
func Parse(text []byte) (*modfile.File, error) {
	file, err := modfile.ParseNonStrict(text, ModuleFile)
	if found := diagnose(ModuleFile, text, nil, err); len(found) > 0 {
		return nil, Invalid(found)
	}
	return file, nil
}

// ParseLocal reads local-module.cue beside a module.cue.
func ParseLocal(text []byte, base *modfile.File) (*modfile.File, error) {
	file, err := modfile.ParseLocal(text, LocalFile, base)
	if found := diagnose(LocalFile, text, base, err); len(found) > 0 {
		return nil, Invalid(found)
	}
	return file, nil
}

func readText(root fs.FS, name string) ([]byte, error) {
	file, err := root.Open(name)
	if err != nil {
		return nil, readError(root, name, err)
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, sizeLimit+1))
	if err != nil {
		return nil, readError(root, name, err)
	}
	if len(text) > sizeLimit {
		return nil, rpc.Errorf(rpc.Invalid, "%s is larger than 16 MiB: a module file must be smaller", name)
	}
	if text == nil {
		text = []byte{}
	}
	return text, nil
}

func readError(root fs.FS, name string, err error) error {
	if info, err := fs.Stat(root, "cue.mod"); err == nil && !info.IsDir() {
		return rpc.Errorf(rpc.Invalid, "cue.mod is a file, which CUE no longer supports: move it to cue.mod/module.cue and run 'opm mod fix'")
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return rpc.Errorf(rpc.NotFound, "no %s in %s: run 'opm mod init' to make a module", name, where(root))
	case errors.Is(err, fs.ErrPermission):
		return rpc.Errorf(rpc.Permission, "cannot read %s: permission denied", name)
	}
	if info, statErr := fs.Stat(root, name); statErr == nil && info.IsDir() {
		return rpc.Errorf(rpc.Invalid, "%s is a folder: it must be a file", name)
	}
	return rpc.Errorf(rpc.General, "cannot read %s: %w", name, err)
}

func where(root fs.FS) string {
	if s, ok := root.(fmt.Stringer); ok {
		return s.String()
	}
	return "the module's folder"
}
