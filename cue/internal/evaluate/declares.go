package evaluate

import (
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/build"
	"cuelang.org/go/cue/literal"
)

// declares says whether a package has a field at its top, or embeds one that has, judged by its text: evaluating a package to
// find out would be evaluating it twice.
func declares(inst *build.Instance, field string) bool {
	for _, file := range inst.Files {
		if hasField(file.Decls, field) {
			return true
		}
	}
	for _, embedded := range embeddedPackages(inst) {
		if declares(embedded, field) {
			return true
		}
	}
	return false
}

func hasField(decls []ast.Decl, name string) bool {
	for _, decl := range decls {
		switch decl := decl.(type) {
		case *ast.Field:
			if label, _, err := ast.LabelName(decl.Label); err == nil && label == name {
				return true
			}
		case *ast.EmbedDecl:
			if hasField(literalDecls(decl.Expr), name) {
				return true
			}
		case *ast.Comprehension:
			if hasField(literalDecls(decl.Value), name) {
				return true
			}
		}
	}
	return false
}

// literalDecls returns the fields that an embedded expression writes out.
func literalDecls(expr ast.Expr) []ast.Decl {
	switch expr := expr.(type) {
	case *ast.StructLit:
		return expr.Elts
	case *ast.ParenExpr:
		return literalDecls(expr.X)
	case *ast.BinaryExpr:
		return append(append([]ast.Decl{}, literalDecls(expr.X)...), literalDecls(expr.Y)...)
	}
	return nil
}

// embeddedPackages returns the imports that a package embeds at its top, as a whole or in part.
func embeddedPackages(inst *build.Instance) []*build.Instance {
	var list []*build.Instance
	for _, file := range inst.Files {
		for _, decl := range file.Decls {
			embed, ok := decl.(*ast.EmbedDecl)
			if !ok {
				continue
			}
			list = append(list, importsIn(inst, embed.Expr)...)
		}
	}
	return list
}

// importsIn returns the packages that an expression refers to.
func importsIn(inst *build.Instance, expr ast.Node) []*build.Instance {
	var list []*build.Instance
	ast.Walk(expr, func(node ast.Node) bool {
		ident, ok := node.(*ast.Ident)
		if !ok {
			return true
		}
		if spec, ok := ident.Node.(*ast.ImportSpec); ok {
			if imported := importedBy(inst, spec); imported != nil {
				list = append(list, imported)
			}
		}
		return true
	}, nil)
	return list
}

func importedBy(inst *build.Instance, spec *ast.ImportSpec) *build.Instance {
	path, err := literal.Unquote(spec.Path.Value)
	if err != nil {
		return nil
	}
	return inst.LookupImport(path)
}
