package evaluate

import (
	"context"
	"io"

	"cuelang.org/go/opm-cue/internal/env"
	"cuelang.org/go/opm-cue/internal/registry"
	"cuelang.org/go/opm-cue/internal/rpc"
)

// Methods are the handlers of this package, by the names of the protocol.
func Methods(e *env.Env) map[string]rpc.Handler {
	return map[string]rpc.Handler{
		"vet": env.Handle(e, func(ctx context.Context, bound *registry.Bound, params VetParams) (*Vetted, error) {
			return (&source{ctx, bound, params.Root}).vet(params)
		}),
		"published": env.Handle(e, func(ctx context.Context, bound *registry.Bound, params PublishedParams) (*Published, error) {
			return (&source{ctx, bound, params.Root}).published(params)
		}),
		"build": env.Handle(e, func(ctx context.Context, bound *registry.Bound, params BuildParams) (stream rpc.Stream, err error) {
			built, err := (&source{ctx, bound, params.Root}).build(params)
			if err != nil {
				return stream, err
			}
			return rpc.Stream{Result: built, Write: built.write}, nil
		}),
	}
}

func (b *Built) write(w io.Writer) error {
	for _, part := range b.Text {
		if _, err := w.Write(part); err != nil {
			return err
		}
	}
	return nil
}
