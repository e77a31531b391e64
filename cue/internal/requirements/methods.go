package requirements

import (
	"context"
	"io/fs"

	"cuelang.org/go/internal/mod/modload"

	"cuelang.org/go/opm-cue/internal/env"
	"cuelang.org/go/opm-cue/internal/modfiles"
	"cuelang.org/go/opm-cue/internal/rpc"
)

// Methods returns the handlers of this package.
func Methods(e *env.Env) map[string]rpc.Handler {
	return map[string]rpc.Handler{
		"get":            withRegistry(e, get),
		"tidy":           withRegistry(e, tidy),
		"graph":          withRegistry(e, graph),
		"imports":        imports(e),
		"rewriteImports": modfiles.Handle(rewriteImports),
	}
}

// project is a module, and the registry for what it requires.
type project struct {
	files    fs.FS
	registry modload.Registry
}

// withRegistry makes a handler of a function of a project, and the request's parameters, which say where it is.
func withRegistry[P interface{ Files() (fs.FS, error) }, R any](e *env.Env, do func(ctx context.Context, in project, params P) (R, error)) rpc.Handler {
	return modfiles.Handle(func(ctx context.Context, files fs.FS, params P) (result R, err error) {
		registry, err := e.Registry(ctx)
		if err != nil {
			return result, err
		}
		return do(ctx, project{files, registry}, params)
	})
}

type getParams struct {
	modfiles.InModule
	Require []ModuleVersion `json:"require"`
	Drop    []string        `json:"drop"`
}

func get(ctx context.Context, in project, params getParams) (*GetResult, error) {
	return Get(ctx, in.files, in.registry, params.Require, params.Drop)
}

type tidyParams struct {
	modfiles.InModule
	Frozen    bool `json:"frozen"`
	LocalOnly bool `json:"localOnly"`
}

func tidy(ctx context.Context, in project, params tidyParams) (*TidyResult, error) {
	return Tidy(ctx, params.Root, in.files, in.registry, TidyOptions{Frozen: params.Frozen, LocalOnly: params.LocalOnly})
}

func graph(ctx context.Context, in project, params modfiles.InModule) (*Graph, error) {
	return NewGraph(ctx, params.Root, in.files, in.registry)
}

type importsResult struct {
	Imports []Imported `json:"imports"`
}

// imports needs a registry only where the module has dependencies.
func imports(e *env.Env) rpc.Handler {
	return modfiles.Handle(func(ctx context.Context, files fs.FS, params modfiles.InModule) (*importsResult, error) {
		found, err := Imports(ctx, params.Root, files, func() (modload.Registry, error) { return e.Registry(ctx) })
		if err != nil {
			return nil, err
		}
		return &importsResult{found}, nil
	})
}

type rewriteParams struct {
	modfiles.InModule
	From string `json:"from"`
	To   string `json:"to"`
}

type rewriteResult struct {
	Files []Rewritten `json:"files"`
}

func rewriteImports(_ context.Context, files fs.FS, params rewriteParams) (*rewriteResult, error) {
	rewritten, err := RewriteImports(files, params.From, params.To)
	if err != nil {
		return nil, err
	}
	return &rewriteResult{rewritten}, nil
}
