package evaluate

import (
	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/build"
	"cuelang.org/go/internal/core/adt"
	"cuelang.org/go/internal/value"

	"cuelang.org/go/opm-cue/internal/rpc"
)

// given are the values that were given to #config, as pieces of text.
type given map[ast.Node]bool

// giveValues unifies #config of a package with the values of files, or else with its debugValues. That is one more file of the
// package, so that nothing is evaluated twice.
func giveValues(inst *build.Instance, files []string) (given, error) {
	g := given{}
	if len(files) == 0 {
		if declares(inst, debugField) {
			return g, g.add(inst, &ast.File{Decls: []ast.Decl{
				&ast.Field{Label: ast.NewIdent(configField), Value: ast.NewIdent(debugField)},
				&ast.Field{Label: ast.NewIdent(debugField), Value: ast.NewIdent("_")},
			}})
		}
		return g, nil
	}
	if !declares(inst, configField) {
		return nil, rpc.Errorf(rpc.Invalid, "the values of %s have no place to go: the package %s has no #config", files[0], inst.PkgName)
	}
	for _, name := range files {
		file, err := readValues(name)
		if err != nil {
			return nil, err
		}
		if err := g.add(inst, file); err != nil {
			return nil, err
		}
	}
	return g, nil
}

func (g given) add(inst *build.Instance, file *ast.File) error {
	for _, decl := range file.Decls {
		if field, ok := decl.(*ast.Field); ok {
			g[field], g[field.Value] = true, true
		}
	}
	if err := inst.AddSyntax(file); err != nil {
		return err
	}
	return nil
}

// check finds values that #config has no place for. A definition is closed only to what uses it, and the values became a part of
// it: so they are unified once more, with #config as the module has it.
func (g given) check(root cue.Value, f *findings) {
	config := root.LookupPath(configPath)
	if len(g) == 0 || !config.Exists() {
		return
	}
	whole := value.Vertex(config)
	own := &adt.Vertex{Parent: whole.Parent, Label: whole.Label}
	values := &adt.Vertex{}
	for c := range whole.LeafConjuncts() {
		to := own
		if g[c.Source()] {
			to = values
		}
		to.AddConjunct(adt.MakeRootConjunct(c.Env, c.Elem()))
	}
	if !own.HasConjuncts() {
		return
	}
	ctx := value.OpContext(root)
	own.Finalize(ctx)
	values.Finalize(ctx)
	checked := value.Make(ctx, own).Unify(value.Make(ctx, values))
	f.addError(checkEvaluation, "", checked.Validate())
}
