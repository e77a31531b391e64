package evaluate

import (
	"os"
	"path/filepath"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/errors"
	"cuelang.org/go/cue/parser"
	"cuelang.org/go/encoding/json"
	"cuelang.org/go/encoding/yaml"

	"cuelang.org/go/opm-cue/internal/rpc"
)

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
				return nil, rpc.Errorf(rpc.Invalid, "%s has a list, or more than one document: values are one mapping", name)
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
			return nil, err
		}
		return file.Decls, nil
	case ".json":
		expr, err := json.Extract(name, data)
		if err != nil {
			return nil, err
		}
		if fields, ok := expr.(*ast.StructLit); ok {
			return fields.Elts, nil
		}
		return nil, rpc.Errorf(rpc.Invalid, "%s has no object: values are one", name)
	}
	return nil, rpc.Errorf(rpc.Invalid, "%s is no file of values: its name must end in .cue, .yaml, .yml or .json", name)
}
