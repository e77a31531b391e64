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
	return map[string]rpc.Handler{"moduleFile": moduleFile(e), "init": rpc.Handle(initModule), "edit": Handle(edit), "fix": Handle(fix)}
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

type moduleFileParams struct {
	InModule
	Evaluate bool `json:"evaluate"`
}

type moduleFileResult struct {
	File Description `json:"file"`
	Text string      `json:"text"`
}

func moduleFile(e *env.Env) rpc.Handler {
	return Handle(func(ctx context.Context, files fs.FS, params moduleFileParams) (*moduleFileResult, error) {
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
		return &moduleFileResult{File: description, Text: string(module.Text)}, nil
	})
}

type initParams struct {
	Path     string `json:"path"`
	Source   string `json:"source"`
	Language string `json:"language"`
}

type initResult struct {
	Text string `json:"text"`
}

func initModule(_ context.Context, params initParams) (*initResult, error) {
	text, err := Init(params.Path, params.Source, params.Language)
	if err != nil {
		return nil, err
	}
	return &initResult{Text: string(text)}, nil
}

type editParams struct {
	InModule
	Edits
}

func edit(_ context.Context, files fs.FS, params editParams) (Texts, error) {
	text, local, err := texts(files)
	if err != nil {
		return Texts{}, err
	}
	return Edit(text, local, params.Edits)
}

func fix(_ context.Context, files fs.FS, _ InModule) (Texts, error) {
	text, _, err := texts(files)
	if err != nil {
		return Texts{}, err
	}
	fixed, err := Fix(text)
	if err != nil {
		return Texts{}, err
	}
	if string(fixed) == string(text) {
		return Texts{}, nil
	}
	return Texts{Module: fixed}, nil
}

// texts reads the module files as they are; local is nil where there is none.
func texts(files fs.FS) (text, local []byte, err error) {
	if text, err = readText(files, ModuleFile); err != nil {
		return nil, nil, err
	}
	local, err = readText(files, LocalFile)
	if e, ok := errors.AsType[*rpc.Error](err); ok && e.Code == rpc.NotFound {
		return text, nil, nil
	}
	return text, local, err
}
