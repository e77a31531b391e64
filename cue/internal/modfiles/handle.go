package modfiles

import (
	"context"
	"io/fs"

	"cuelang.org/go/opm-cue/internal/rpc"
)

// InModule is what the parameters of every method on a module begin with: its folder, absolute.
type InModule struct {
	Root string `json:"root"`
}

// Files returns the files of the module, as [Root] does.
func (m InModule) Files() (fs.FS, error) { return Root(m.Root) }

// Handle makes a handler of a function of the files of a module, and the request's parameters, which say where they are.
func Handle[P interface{ Files() (fs.FS, error) }, R any](do func(ctx context.Context, files fs.FS, params P) (R, error)) rpc.Handler {
	return rpc.Handle(func(ctx context.Context, params P) (result R, err error) {
		files, err := params.Files()
		if err != nil {
			return result, err
		}
		return do(ctx, files, params)
	})
}
