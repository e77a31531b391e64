package evaluate

import (
	"cuelang.org/go/internal/core/adt"
)

// comprehension adds what the bodies of a comprehension embed, each time that it yields.
func (w *linker) comprehension(env *adt.Environment, c *adt.Comprehension) {
	w.clauses(env, c.Clauses, func(inner *adt.Environment) { w.element(inner, c.Value) })
	if c.Fallback != nil {
		w.element(env, c.Fallback)
	}
}

func (w *linker) clauses(env *adt.Environment, clauses []adt.Yielder, yield func(*adt.Environment)) {
	if len(clauses) == 0 {
		yield(env)
		return
	}
	with := func(arcs ...*adt.Vertex) {
		helper := &adt.Vertex{Parent: env.Vertex, IsDynamic: true, Arcs: arcs}
		helper.ForceDone()
		w.clauses(&adt.Environment{Up: env, Vertex: helper}, clauses[1:], yield)
	}
	switch x := clauses[0].(type) {
	case *adt.ForClause:
		source := w.composite(env, x.Src)
		if source == nil {
			return
		}
		for _, arc := range source.Arcs {
			if isRendered(arc) {
				with(done(x.Value, arc), done(x.Key, arc.Label.ToValue(w.ctx)))
			}
		}
	case *adt.IfClause:
		if holds, ok := w.evaluated(env, x.Condition).(*adt.Bool); !ok || holds.B {
			w.clauses(env, clauses[1:], yield)
		}
	case *adt.LetClause:
		with(made(x.Label, env, x.Expr))
	case *adt.TryClause:
		if x.Expr != nil {
			with(made(x.Label, env, x.Expr))
			return
		}
		w.clauses(env, clauses[1:], yield)
	default:
		with()
	}
}

func (w *linker) evaluated(env *adt.Environment, x adt.Expr) adt.Value {
	v, _ := w.ctx.Evaluate(env, x)
	return adt.Unwrap(v)
}

func done(label adt.Feature, v adt.BaseValue) *adt.Vertex {
	arc := &adt.Vertex{Label: label, IsDynamic: true, BaseValue: v}
	arc.ForceDone()
	return arc
}

func made(label adt.Feature, env *adt.Environment, x adt.Expr) *adt.Vertex {
	arc := &adt.Vertex{Label: label, IsDynamic: true}
	arc.AddConjunct(adt.MakeRootConjunct(env, x))
	return arc
}
