package modules

import (
	"context"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/mod/module"

	"cuelang.org/go/opm-cue/internal/registry"
	"cuelang.org/go/opm-cue/internal/rpc"
)

// moduleVersion is a module version on the wire.
type moduleVersion struct {
	Path    string `json:"path"`
	Version string `json:"version"`
}

// parse refuses what is no module version; the cache has places only for those.
func (v moduleVersion) parse() (module.Version, error) {
	mv, err := module.NewVersion(v.Path, v.Version)
	if err != nil {
		return module.Version{}, rpc.Errorf(rpc.Invalid, "%w", err)
	}
	if !mv.IsCanonical() {
		return module.Version{}, rpc.Errorf(rpc.Invalid, "%q of module %s is not a canonical version such as v1.2.3", v.Version, v.Path)
	}
	return mv, nil
}

func parseAll(list []moduleVersion) ([]module.Version, error) {
	parsed := make([]module.Version, len(list))
	for i, v := range list {
		mv, err := v.parse()
		if err != nil {
			return nil, err
		}
		parsed[i] = mv
	}
	return parsed, nil
}

// checkPath refuses what is no module path, with or without major.
func checkPath(path string) (base string, err error) {
	base, _, hasMajor := ast.SplitPackageVersion(path)
	if hasMajor {
		err = module.CheckPath(path)
	} else {
		err = module.CheckPathWithoutVersion(path)
	}
	if err != nil {
		return "", rpc.Errorf(rpc.Invalid, "%q is not a module path: %w", path, err)
	}
	return base, nil
}

type versionsParams struct {
	Path string `json:"path"`
}

type versionsResult struct {
	Versions []string `json:"versions"`
}

func versions(_ context.Context, bound *registry.Bound, params versionsParams) (*versionsResult, error) {
	if _, err := checkPath(params.Path); err != nil {
		return nil, err
	}
	found, err := bound.Versions(params.Path)
	if err != nil {
		return nil, err
	}
	return &versionsResult{found}, nil
}
