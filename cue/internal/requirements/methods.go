package requirements

import (
	"context"

	"cuelang.org/go/internal/mod/modload"

	"cuelang.org/go/opm-cue/internal/env"
	"cuelang.org/go/opm-cue/internal/modfiles"
	"cuelang.org/go/opm-cue/internal/rpc"
)

// Methods returns the handlers of this package.
func Methods(e *env.Env) map[string]rpc.Handler {
	return map[string]rpc.Handler{
		"get": get(e), "tidy": tidy(e), "graph": graph(e), "imports": imports(e), "rewriteImports": rewriteImports,
	}
}

func get(e *env.Env) rpc.Handler {
	return func(ctx context.Context, call *rpc.Call) (any, error) {
		var params struct {
			Root    string          `json:"root"`
			Require []ModuleVersion `json:"require"`
			Drop    []string        `json:"drop"`
		}
		if err := call.Params(&params); err != nil {
			return nil, err
		}
		files, err := modfiles.Root(params.Root)
		if err != nil {
			return nil, err
		}
		registry, err := e.Registry(ctx)
		if err != nil {
			return nil, err
		}
		return Get(ctx, files, registry, params.Require, params.Drop)
	}
}

func tidy(e *env.Env) rpc.Handler {
	return func(ctx context.Context, call *rpc.Call) (any, error) {
		var params struct {
			Root      string `json:"root"`
			Frozen    bool   `json:"frozen"`
			LocalOnly bool   `json:"localOnly"`
		}
		if err := call.Params(&params); err != nil {
			return nil, err
		}
		files, err := modfiles.Root(params.Root)
		if err != nil {
			return nil, err
		}
		registry, err := e.Registry(ctx)
		if err != nil {
			return nil, err
		}
		return Tidy(ctx, params.Root, files, registry, TidyOptions{Frozen: params.Frozen, LocalOnly: params.LocalOnly})
	}
}

func graph(e *env.Env) rpc.Handler {
	return func(ctx context.Context, call *rpc.Call) (any, error) {
		root, err := rootOf(call)
		if err != nil {
			return nil, err
		}
		files, err := modfiles.Root(root)
		if err != nil {
			return nil, err
		}
		registry, err := e.Registry(ctx)
		if err != nil {
			return nil, err
		}
		return NewGraph(ctx, root, files, registry)
	}
}

func imports(e *env.Env) rpc.Handler {
	return func(ctx context.Context, call *rpc.Call) (any, error) {
		root, err := rootOf(call)
		if err != nil {
			return nil, err
		}
		files, err := modfiles.Root(root)
		if err != nil {
			return nil, err
		}
		found, err := Imports(ctx, root, files, func() (modload.Registry, error) { return e.Registry(ctx) })
		if err != nil {
			return nil, err
		}
		return map[string]any{"imports": found}, nil
	}
}

func rewriteImports(_ context.Context, call *rpc.Call) (any, error) {
	var params struct {
		Root string `json:"root"`
		From string `json:"from"`
		To   string `json:"to"`
	}
	if err := call.Params(&params); err != nil {
		return nil, err
	}
	files, err := modfiles.Root(params.Root)
	if err != nil {
		return nil, err
	}
	rewritten, err := RewriteImports(files, params.From, params.To)
	if err != nil {
		return nil, err
	}
	return map[string]any{"files": rewritten}, nil
}

func rootOf(call *rpc.Call) (string, error) {
	var params struct {
		Root string `json:"root"`
	}
	err := call.Params(&params)
	return params.Root, err
}
