package evaluate

import (
	"fmt"
	"os"
	"path/filepath"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/build"
	"cuelang.org/go/cue/errors"
	"cuelang.org/go/cue/parser"
	"cuelang.org/go/cue/token"
	"cuelang.org/go/encoding/json"
	"cuelang.org/go/encoding/yaml"

	"cuelang.org/go/opm-cue/internal/rpc"
)

// giveValues unifies #config of a package with the values of files, or else with its debugValues. That is one more file of the
// package, so that nothing is evaluated twice.
func giveValues(inst *build.Instance, files []string) error {
	if len(files) == 0 {
		if declares(inst, debugField) {
			return addFile(inst, &ast.File{Decls: []ast.Decl{
				&ast.Field{Label: ast.NewIdent(configField), Value: ast.NewIdent(debugField)},
				&ast.Field{Label: ast.NewIdent(debugField), Value: ast.NewIdent("_")},
			}})
		}
		return nil
	}
	if !declares(inst, configField) {
		return rpc.Errorf(rpc.Invalid, "the values of %s have no place to go: the package %s has no #config", files[0], inst.PkgName)
	}
	for _, name := range files {
		file, err := readValues(name)
		if err != nil {
			return err
		}
		if err := addFile(inst, file); err != nil {
			return err
		}
	}
	return nil
}

func addFile(inst *build.Instance, file *ast.File) error {
	if err := inst.AddSyntax(file); err != nil {
		return err
	}
	return nil
}

// readValues reads a file of values and puts them under #config. The name's ending says what it is: .cue, .yaml, .yml or .json.
func readValues(name string) (*ast.File, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		code := rpc.Invalid
		switch {
		case errors.Is(err, os.ErrNotExist):
			code = rpc.NotFound
		case errors.Is(err, os.ErrPermission):
			code = rpc.Permission
		}
		return nil, rpc.Errorf(code, "the file of values cannot be read: %w", err)
	}
	decls, err := parseValues(name, data)
	if err != nil {
		return nil, err
	}
	var imports []ast.Decl
	values := &ast.StructLit{}
	for _, decl := range decls {
		switch decl := decl.(type) {
		case *ast.Package:
		case *ast.ImportDecl:
			imports = append(imports, decl)
		case *ast.EmbedDecl:
			if _, isList := decl.Expr.(*ast.ListLit); isList {
				return nil, errors.Newf(decl.Pos(), "%s has a list, or more than one document: values are one mapping", name)
			}
			values.Elts = append(values.Elts, decl)
		default:
			values.Elts = append(values.Elts, decl)
		}
	}
	field := &ast.Field{Label: ast.NewIdent(configField), Value: values}
	return &ast.File{Filename: name, Decls: append(imports, field)}, nil
}

func parseValues(name string, data []byte) ([]ast.Decl, error) {
	switch filepath.Ext(name) {
	case ".cue":
		file, err := parser.ParseFile(name, data, parser.AllErrors)
		if err != nil {
			return nil, err
		}
		return file.Decls, nil
	case ".yaml", ".yml":
		file, err := yaml.Extract(name, data)
		if err != nil {
			return nil, errors.Promote(err, fmt.Sprintf("%s is no YAML", name))
		}
		return file.Decls, nil
	case ".json":
		expr, err := json.Extract(name, data)
		if err != nil {
			return nil, errors.Promote(err, fmt.Sprintf("%s is no JSON", name))
		}
		if fields, ok := expr.(*ast.StructLit); ok {
			return fields.Elts, nil
		}
		return nil, errors.Newf(expr.Pos(), "%s has no object: values are one", name)
	}
	return nil, errors.Newf(token.NoPos, "%s is no file of values: its name must end in .cue, .yaml, .yml or .json", name)
}
