package modfiles

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"cuelang.org/go/mod/modconfig"

	"cuelang.org/go/opm-cue/internal/env"
	"cuelang.org/go/opm-cue/internal/rpc"
)

// Methods returns the handlers of this package.
func Methods(e *env.Env) map[string]rpc.Handler {
	return map[string]rpc.Handler{"moduleFile": moduleFile(e), "init": initModule, "edit": edit, "fix": fix}
}

// Root returns the files of a module whose folder a call names.
func Root(root string) (fs.FS, error) {
	if !filepath.IsAbs(root) {
		return nil, rpc.Errorf(rpc.Invalid, "the folder of a module must be absolute, not %q", root)
	}
	return folder{os.DirFS(root).(FullFS), root}, nil
}

// FullFS is what folders of the system can do.
type FullFS interface {
	fs.ReadDirFS
	fs.ReadFileFS
	fs.StatFS
}

// folder is a folder of the system that knows its name.
type folder struct {
	FullFS
	name string
}

func (f folder) String() string { return f.name }

func moduleFile(e *env.Env) rpc.Handler {
	return func(ctx context.Context, call *rpc.Call) (any, error) {
		var params struct {
			Root     string `json:"root"`
			Evaluate bool   `json:"evaluate"`
		}
		if err := call.Params(&params); err != nil {
			return nil, err
		}
		files, err := Root(params.Root)
		if err != nil {
			return nil, err
		}
		module, err := Read(files)
		if err != nil {
			return nil, err
		}
		description := module.Describe()
		if params.Evaluate {
			registry := func() (modconfig.Registry, error) { return e.Registry(ctx) }
			if description.DeclaredVersion, err = DeclaredVersion(ctx, params.Root, files, registry); err != nil {
				return nil, err
			}
		}
		return map[string]any{"file": description, "text": string(module.Text)}, nil
	}
}

func initModule(_ context.Context, call *rpc.Call) (any, error) {
	var params struct {
		Path     string `json:"path"`
		Source   string `json:"source"`
		Language string `json:"language"`
	}
	if err := call.Params(&params); err != nil {
		return nil, err
	}
	text, err := Init(params.Path, params.Source, params.Language)
	if err != nil {
		return nil, err
	}
	return map[string]string{"text": string(text)}, nil
}

func edit(_ context.Context, call *rpc.Call) (any, error) {
	var params struct {
		Root string `json:"root"`
		Edits
	}
	if err := call.Params(&params); err != nil {
		return nil, err
	}
	text, local, err := texts(params.Root)
	if err != nil {
		return nil, err
	}
	return Edit(text, local, params.Edits)
}

func fix(_ context.Context, call *rpc.Call) (any, error) {
	var params struct {
		Root string `json:"root"`
	}
	if err := call.Params(&params); err != nil {
		return nil, err
	}
	text, _, err := texts(params.Root)
	if err != nil {
		return nil, err
	}
	fixed, err := Fix(text)
	if err != nil {
		return nil, err
	}
	if string(fixed) == string(text) {
		return Texts{}, nil
	}
	return Texts{Module: fixed}, nil
}

// texts reads the module files as they are; local is nil where there is none.
func texts(root string) (text, local []byte, err error) {
	files, err := Root(root)
	if err != nil {
		return nil, nil, err
	}
	if text, err = readText(files, ModuleFile); err != nil {
		return nil, nil, err
	}
	local, err = readText(files, LocalFile)
	if e, ok := errors.AsType[*rpc.Error](err); ok && e.Code == rpc.NotFound {
		return text, nil, nil
	}
	return text, local, err
}
