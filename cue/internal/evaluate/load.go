package evaluate

import (
	"path/filepath"

	"cuelang.org/go/cue/build"
	"cuelang.org/go/cue/load"

	"cuelang.org/go/opm-cue/internal/rpc"
)

// load loads packages of the module, with what they import. Errors are those of the instances.
func (s *source) load(ignoreLocal bool, packageName string, patterns ...string) []*build.Instance {
	config := &load.Config{
		Dir:        s.root,
		ModuleRoot: s.root,
		Package:    packageName,
		Registry:   s.registry,
		Env:        []string{},
	}
	if ignoreLocal {
		config.Overlay = map[string]load.Source{
			filepath.Join(s.root, "cue.mod", "local-module.cue"): load.FromString("{}\n"),
		}
	}
	return load.Instances(patterns, config)
}

// loadError says what kept packages from being loaded. What registries answered comes as they said it.
func (s *source) loadError(insts []*build.Instance) error {
	f := newFindings(s.root)
	for _, inst := range insts {
		if err := s.addLoadErrors(f, inst); err != nil {
			return err
		}
	}
	return f.rejection(rpc.Invalid, "the module cannot be loaded")
}

func (s *source) addLoadErrors(f *findings, inst *build.Instance) error {
	for _, one := range append([]*build.Instance{inst}, inst.Dependencies()...) {
		if one.Err == nil {
			continue
		}
		if found, ok := rpc.Find(s.ctx, one.Err); ok {
			return found
		}
		f.addError(checkEvaluation, "", one.Err)
	}
	return nil
}
