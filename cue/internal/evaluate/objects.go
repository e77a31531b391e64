package evaluate

import (
	"fmt"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/parser"
	"cuelang.org/go/internal/core/adt"
	"cuelang.org/go/internal/value"

	"cuelang.org/go/opm-cue/internal/rpc"
)

// The modes of rendering.
const (
	modeTransform = "transform"
	modeObjects   = "objects"
	modeRaw       = "raw"
)

// objects finds what the module renders: by its shape, unless the parameters name a mode.
func (r *renderer) objects() (string, []*object, error) {
	switch {
	case r.params.Expression != "":
		objects, err := r.rawObjects()
		return modeRaw, objects, err
	case r.params.Mode == modeRaw:
		return "", nil, rpc.Errorf(rpc.Invalid, "raw rendering needs an expression: give one with -e")
	case r.params.Mode == modeTransform, r.params.Mode == "" && len(r.releases()) > 0:
		objects, err := r.transformedObjects()
		return modeTransform, objects, err
	}
	objects, err := r.ownObjects()
	return modeObjects, objects, err
}

// ownObjects are those that the module has itself, as a map or a list.
func (r *renderer) ownObjects() ([]*object, error) {
	for _, field := range objectFields {
		path := cue.ParsePath(field)
		container := r.root.LookupPath(path)
		if !container.Exists() {
			continue
		}
		return elements(field, container)
	}
	return nil, rpc.Errorf(rpc.Invalid, "the package %s has nothing to render: neither #components nor objects in #resources, #objects or #manifests; "+
		"name an expression with -e", r.inst.PkgName)
}

// elements are the values of a map or a list.
func elements(path string, container cue.Value) ([]*object, error) {
	var list []*object
	if items, err := container.List(); err == nil {
		for i := 0; items.Next(); i++ {
			list = append(list, &object{path: fmt.Sprintf("%s[%d]", path, i), value: items.Value()})
		}
		return list, nil
	}
	fields, err := container.Fields()
	if err != nil {
		return nil, rpc.Errorf(rpc.Invalid, "%s is neither a map nor a list of objects", path)
	}
	for fields.Next() {
		list = append(list, &object{path: path + "." + fields.Selector().String(), value: fields.Value()})
	}
	return list, nil
}

// rawObjects are what an expression gives: an object, or a list or a map of some; else the value itself.
func (r *renderer) rawObjects() ([]*object, error) {
	text := r.params.Expression
	expr, err := parser.ParseExpr("--expression", text)
	if err != nil {
		return nil, r.invalid(err)
	}
	given := r.ctx.BuildExpr(expr, cue.Scope(r.root), cue.InferBuiltins(true), cue.ImportPath(r.inst.ID()))
	if err := given.Validate(); err != nil {
		return nil, r.invalid(err)
	}
	single := []*object{{path: text, value: given, made: r.tracedExpr(expr)}}
	if looksLikeObject(given) {
		return single, nil
	}
	list, err := elements(text, given)
	if err != nil {
		return single, nil
	}
	if given.IncompleteKind() == cue.ListKind {
		return list, nil
	}
	for _, o := range list {
		if !looksLikeObject(o.value) {
			return single, nil
		}
	}
	if len(list) == 0 {
		return single, nil
	}
	return list, nil
}

// tracedExpr returns what an expression gives as the value of a field, which keeps what it was made of.
func (r *renderer) tracedExpr(expr ast.Expr) *adt.Vertex {
	const name = "rendered"
	field := ast.NewStruct(&ast.Field{Label: ast.NewString(name), Value: expr})
	built := r.ctx.BuildExpr(field, cue.Scope(r.root), cue.InferBuiltins(true), cue.ImportPath(r.inst.ID()))
	return value.Vertex(built.LookupPath(cue.ParsePath(name)))
}
