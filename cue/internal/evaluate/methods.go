package evaluate

import (
	"context"
	"io"

	"cuelang.org/go/opm-cue/internal/env"
	"cuelang.org/go/opm-cue/internal/rpc"
)

// Methods are the handlers of this package, by the names of the protocol.
func Methods(e *env.Env) map[string]rpc.Handler {
	return map[string]rpc.Handler{
		"vet": func(ctx context.Context, call *rpc.Call) (any, error) {
			var params VetParams
			s, err := newSource(ctx, e, call, &params)
			if err != nil {
				return nil, err
			}
			s.root = params.Root
			return s.vet(params)
		},
		"published": func(ctx context.Context, call *rpc.Call) (any, error) {
			var params PublishedParams
			s, err := newSource(ctx, e, call, &params)
			if err != nil {
				return nil, err
			}
			s.root = params.Root
			return s.published(params)
		},
		"build": func(ctx context.Context, call *rpc.Call) (any, error) {
			var params BuildParams
			s, err := newSource(ctx, e, call, &params)
			if err != nil {
				return nil, err
			}
			s.root = params.Root
			built, err := s.build(params)
			if err != nil {
				return nil, err
			}
			return rpc.Stream{Result: built, Write: built.write}, nil
		},
	}
}

func newSource(ctx context.Context, e *env.Env, call *rpc.Call, params any) (*source, error) {
	if err := call.Params(params); err != nil {
		return nil, err
	}
	registry, err := e.Registry(ctx)
	if err != nil {
		return nil, err
	}
	return &source{ctx: ctx, registry: registry}, nil
}

func (b *Built) write(w io.Writer) error {
	for _, part := range b.Text {
		if _, err := w.Write(part); err != nil {
			return err
		}
	}
	return nil
}
