package evaluate

import (
	"slices"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/build"
	"cuelang.org/go/cue/parser"
	"cuelang.org/go/cue/token"
)

// unifiedPackages returns the package and those that it embeds, or unifies its objects, components or policies with, however deep;
// each after those that it needs. A package that is only read, for a number in a field, is none of them. An expression to render
// and a provider of transformers count as the package's own.
func unifiedPackages(inst *build.Instance, expression string, provider *build.Instance) []*build.Instance {
	u := &unification{seen: map[*build.Instance]bool{}, followed: map[ast.Node]bool{}}
	if expression != "" {
		if expr, err := parser.ParseExpr("--expression", expression); err == nil {
			u.follow(inst, expr)
		}
	}
	if provider != nil {
		u.visit(provider)
	}
	u.visit(inst)
	return u.list
}

// unification follows what a package is made of, by its text.
type unification struct {
	seen     map[*build.Instance]bool
	followed map[ast.Node]bool
	list     []*build.Instance
}

func (u *unification) visit(inst *build.Instance) {
	if u.seen[inst] {
		return
	}
	u.seen[inst] = true
	for _, file := range inst.Files {
		u.visitTop(inst, file.Decls)
	}
	u.list = append(u.list, inst)
}

func (u *unification) visitTop(inst *build.Instance, decls []ast.Decl) {
	for _, decl := range decls {
		switch decl := decl.(type) {
		case *ast.EmbedDecl:
			u.follow(inst, decl.Expr)
			u.visitTop(inst, literalDecls(decl.Expr))
		case *ast.Comprehension:
			u.followComprehension(inst, decl)
			u.visitTop(inst, literalDecls(decl.Value))
		case *ast.Field:
			if name, _, err := ast.LabelName(decl.Label); err == nil && isContainer(name) {
				u.follow(inst, decl.Value)
				u.followMembers(inst, decl.Value)
			}
		}
	}
}

func isContainer(name string) bool {
	return slices.Contains(componentFields, name) || slices.Contains(objectFields, name) || slices.Contains(policyFields, name)
}

// followMembers follows what each object, component or policy of a map or a list is made of.
func (u *unification) followMembers(inst *build.Instance, expr ast.Expr) {
	if list, ok := expr.(*ast.ListLit); ok {
		for _, element := range list.Elts {
			u.follow(inst, element)
		}
	}
	for _, decl := range literalDecls(expr) {
		switch decl := decl.(type) {
		case *ast.Field:
			u.follow(inst, decl.Value)
		case *ast.Comprehension:
			u.followMembers(inst, literalOf(decl))
		}
	}
}

// follow visits the packages that a value is unified with.
func (u *unification) follow(inst *build.Instance, expr ast.Expr) {
	if u.followed[expr] {
		return
	}
	u.followed[expr] = true
	switch expr := expr.(type) {
	case *ast.ParenExpr:
		u.follow(inst, expr.X)
	case *ast.BinaryExpr:
		if expr.Op == token.AND || expr.Op == token.OR {
			u.follow(inst, expr.X)
			u.follow(inst, expr.Y)
		}
	case *ast.UnaryExpr:
		u.follow(inst, expr.X)
	case *ast.SelectorExpr:
		u.follow(inst, expr.X)
		u.followSelected(inst, expr)
	case *ast.IndexExpr:
		u.follow(inst, expr.X)
	case *ast.PostfixExpr:
		u.follow(inst, expr.X)
	case *ast.CallExpr:
		for _, arg := range expr.Args {
			u.follow(inst, arg)
		}
	case *ast.Comprehension:
		u.followComprehension(inst, expr)
	case *ast.ListLit:
		for _, element := range expr.Elts {
			u.follow(inst, element)
		}
	case *ast.StructLit:
		for _, decl := range expr.Elts {
			switch decl := decl.(type) {
			case *ast.EmbedDecl:
				u.follow(inst, decl.Expr)
			case *ast.Comprehension:
				u.followComprehension(inst, decl)
			}
		}
	case *ast.Ident:
		u.followName(inst, expr)
	}
}

func (u *unification) followComprehension(inst *build.Instance, c *ast.Comprehension) {
	for _, clause := range c.Clauses {
		switch clause := clause.(type) {
		case *ast.ForClause:
			u.follow(inst, clause.Source)
		case *ast.LetClause:
			u.follow(inst, clause.Expr)
		}
	}
	u.follow(inst, literalOf(c))
}

func literalOf(c *ast.Comprehension) ast.Expr {
	if c.Value != nil {
		return c.Value
	}
	return ast.NewNull()
}

// followName goes where a name leads: to an import, or to fields of the same package.
func (u *unification) followName(inst *build.Instance, ident *ast.Ident) {
	switch node := ident.Node.(type) {
	case *ast.ImportSpec:
		if imported := importedBy(inst, node); imported != nil {
			u.visit(imported)
		}
		return
	case *ast.LetClause:
		u.follow(inst, node.Expr)
		return
	}
	u.followField(inst, ident.Name)
}

// followSelected goes where a selector on an import leads to.
func (u *unification) followSelected(inst *build.Instance, expr *ast.SelectorExpr) {
	ident, ok := expr.X.(*ast.Ident)
	if !ok {
		return
	}
	spec, ok := ident.Node.(*ast.ImportSpec)
	if !ok {
		return
	}
	name, _, err := ast.LabelName(expr.Sel)
	if imported := importedBy(inst, spec); err == nil && imported != nil {
		u.followField(imported, name)
	}
}

func (u *unification) followField(inst *build.Instance, field string) {
	for _, file := range inst.Files {
		for _, decl := range file.Decls {
			switch decl := decl.(type) {
			case *ast.Field:
				if name, _, err := ast.LabelName(decl.Label); err == nil && name == field {
					u.follow(inst, decl.Value)
					u.followMembers(inst, decl.Value)
				}
			case *ast.LetClause:
				if decl.Ident.Name == field {
					u.follow(inst, decl.Expr)
				}
			}
		}
	}
}
