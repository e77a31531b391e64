package evaluate

import (
	"cuelang.org/go/internal/core/adt"
)

// linker reads the text of a value for what it refers to. Fields and elements that the text writes out are values of their own.
type linker struct {
	*tracer
	at   *adt.Vertex
	list []link
}

func (w *linker) add(to *adt.Vertex, how int) {
	if to != nil && to != w.at {
		w.list = append(w.list, link{to, how})
	}
}

// elements adds what comprehensions iterate over, of which a text is the body.
func (w *linker) elements(env *adt.Environment) {
	for ; env != nil; env = env.Up {
		helper := env.Vertex
		if helper == nil || helper.Label != adt.InvalidLabel || !helper.IsDynamic {
			continue
		}
		for _, arc := range helper.Arcs {
			if element, ok := arc.BaseValue.(*adt.Vertex); ok {
				w.add(element, asElement)
			}
		}
	}
}

func (w *linker) element(env *adt.Environment, elem adt.Elem) {
	switch x := elem.(type) {
	case *adt.Vertex:
		w.add(x, asIs)
	case *adt.StructLit:
		inner := &adt.Environment{Up: env, Vertex: w.at}
		for _, decl := range x.Decls {
			switch decl := decl.(type) {
			case *adt.Comprehension:
				w.comprehension(inner, decl)
			case adt.Expr:
				w.element(inner, decl)
			}
		}
	case *adt.Comprehension:
		w.comprehension(env, x)
	case *adt.DisjunctionExpr:
		for _, one := range x.Values {
			w.element(env, one.Val)
		}
	case *adt.BinaryExpr:
		if x.Op == adt.AndOp {
			w.element(env, x.X)
			w.element(env, x.Y)
		} else {
			w.given(env, x.X, x.Y)
		}
	case *adt.OpenExpr:
		w.element(env, x.X)
	case *adt.Interpolation:
		w.given(env, x.Parts...)
	case *adt.SliceExpr:
		w.given(env, x.X)
	case *adt.CallExpr:
		w.call(env, x)
	case adt.Resolver:
		w.reference(env, x)
	}
}

// reference adds what a reference leads to, and what it selects of where that is the result of a function.
func (w *linker) reference(env *adt.Environment, x adt.Resolver) {
	to, _ := w.ctx.Resolve(adt.MakeConjunct(env, x, adt.CloseInfo{}), x)
	w.add(to, asIs)
	var of adt.Expr
	switch x := x.(type) {
	case *adt.SelectorExpr:
		of = x.X
	case *adt.IndexExpr:
		of = x.X
	default:
		return
	}
	switch of := of.(type) {
	case *adt.CallExpr:
		w.call(env, of)
	case *adt.SliceExpr:
		w.given(env, of.X)
	case *adt.BinaryExpr:
		if of.Op != adt.AndOp {
			w.given(env, of)
		} else if to == nil {
			w.element(env, of)
		}
	case *adt.SelectorExpr, *adt.IndexExpr:
		if to == nil || !hasStanding(to) {
			w.reference(env, of.(adt.Resolver))
		}
	default:
		if to == nil {
			w.element(env, of)
		}
	}
}

// hasStanding says whether it is known what a value is a part of.
func hasStanding(v *adt.Vertex) bool { return v.Parent != nil && v.Label != adt.InvalidLabel }

// call adds what a function is given, unless it keeps nothing of that.
func (w *linker) call(env *adt.Environment, x *adt.CallExpr) {
	builtin := w.function(env, x)
	switch {
	case builtin == nil:
		w.given(env, x.Args...)
	case builtin.Package == adt.InvalidLabel && builtin.Name == "close":
		for _, arg := range x.Args {
			w.element(env, arg)
		}
	case builtin.Package == adt.InvalidLabel && (builtin.Name == "and" || builtin.Name == "or"):
		for _, arg := range x.Args {
			list := w.composite(env, arg)
			if list == nil {
				w.given(env, arg)
				continue
			}
			for _, arc := range list.Arcs {
				w.add(arc, asIs)
			}
		}
	case !w.forgets(builtin):
		w.given(env, x.Args...)
	}
}

// function returns the builtin that a call is to.
func (w *linker) function(env *adt.Environment, x *adt.CallExpr) *adt.Builtin {
	builtin, _ := w.evaluated(env, x.Fun).(*adt.Builtin)
	return builtin
}

// composite returns what an expression gives, if that has fields or elements.
func (w *linker) composite(env *adt.Environment, x adt.Expr) *adt.Vertex {
	made, _ := w.ctx.Evaluate(env, x)
	v, ok := made.(*adt.Vertex)
	if !ok {
		return nil
	}
	if v = finalVertex(w.ctx, v); !isComposite(v) {
		return nil
	}
	return v
}

// given adds what functions and operators make something of.
func (w *linker) given(env *adt.Environment, args ...adt.Expr) {
	for _, arg := range args {
		if resolver, ok := arg.(adt.Resolver); ok {
			if to, _ := w.ctx.Resolve(adt.MakeConjunct(env, resolver, adt.CloseInfo{}), resolver); to != nil {
				w.add(to, byFunction)
			}
		}
		inner := &linker{tracer: w.tracer, at: w.at}
		inner.element(env, arg)
		for _, l := range inner.list {
			w.add(l.to, byFunction)
		}
		// what is written out as an argument has fields and elements, which are evaluated for this
		switch arg.(type) {
		case *adt.StructLit, *adt.ListLit, *adt.BinaryExpr, *adt.DisjunctionExpr:
			w.add(w.composite(env, arg), byFunction)
		}
	}
}

// forgets says whether a function keeps nothing of what it is given but a number or a fingerprint.
func (w *linker) forgets(builtin *adt.Builtin) bool {
	const numbers = adt.NumberKind | adt.BoolKind
	if builtin.Result != 0 && builtin.Result&^numbers == 0 {
		return true
	}
	if builtin.Package == adt.InvalidLabel {
		return false
	}
	switch builtin.Package.StringValue(w.ctx) {
	case "crypto/md5", "crypto/sha1", "crypto/sha256", "crypto/sha512", "crypto/hmac":
		return true
	}
	return false
}
