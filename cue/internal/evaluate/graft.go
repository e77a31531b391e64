package evaluate

import (
	"slices"
	"strings"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/errors"
	"cuelang.org/go/internal/core/adt"
	"cuelang.org/go/internal/value"
)

// graft is a value that is to be unified with a part of another.
type graft struct {
	at    []adt.Feature
	value adt.Expr
}

// openGraft is one that does not ask whether the value is closed: a policy lists what it is about, and no more.
func openGraft(at []adt.Feature, value adt.Expr) graft { return graft{at, &adt.OpenExpr{X: value}} }

// compose makes one expression of grafts, which reaches their places by fields and elements that may be anything else.
func compose(grafts []graft) adt.Expr {
	var whole adt.Expr
	var order []adt.Feature
	below := map[adt.Feature][]graft{}
	for _, g := range grafts {
		if len(g.at) == 0 {
			whole = both(whole, g.value)
			continue
		}
		label := g.at[0]
		if below[label] == nil {
			order = append(order, label)
		}
		below[label] = append(below[label], graft{g.at[1:], g.value})
	}
	if len(order) == 0 {
		return whole
	}
	if order[0].IsInt() {
		return both(whole, composeList(below))
	}
	fields := &adt.StructLit{}
	for _, label := range order {
		fields.Decls = append(fields.Decls, &adt.Field{Label: label, Value: compose(below[label])})
	}
	return both(whole, fields)
}

func composeList(below map[adt.Feature][]graft) adt.Expr {
	var elements []adt.Elem
	for label, grafts := range below {
		for len(elements) <= label.Index() {
			elements = append(elements, &adt.Top{})
		}
		elements[label.Index()] = compose(grafts)
	}
	return &adt.ListLit{Elems: append(elements, &adt.Ellipsis{})}
}

func both(a, b adt.Expr) adt.Expr {
	if a == nil {
		return b
	}
	return &adt.BinaryExpr{Op: adt.AndOp, X: a, Y: b}
}

// unifyAt unifies a value with grafts, without asking whether it is closed, and says what is wrong with the result.
func unifyAt(v cue.Value, grafts []graft) (cue.Value, error) {
	ctx := value.OpContext(v)
	composed := &adt.Vertex{}
	composed.AddConjunct(adt.MakeRootConjunct(nil, compose(grafts)))
	composed.Finalize(ctx)
	added := value.Make(ctx, composed)
	unified := unifyOpen(v, added)
	err := unified.Validate()
	if isClosed(err) {
		// what embeds a definition stays closed below its top
		unified = unifyOpen(opened(v), added)
		err = unified.Validate()
	}
	return unified, err
}

func isClosed(err error) bool {
	return slices.ContainsFunc(errors.Errors(err), func(one errors.Error) bool {
		format, _ := one.Msg()
		return strings.Contains(format, "not allowed")
	})
}

// opened returns a value as data, so that nothing of it is closed. What has no value yet, or has alternatives, still has them.
func opened(v cue.Value) cue.Value {
	ctx := value.OpContext(v)
	return value.Make(ctx, openedVertex(ctx, value.Vertex(v)))
}

func openedVertex(ctx *adt.OpContext, v *adt.Vertex) *adt.Vertex {
	v.Finalize(ctx)
	data := v.ToDataSingle()
	data.ClosedRecursive, data.ClosedNonRecursive = false, false
	data.Conjuncts = nil
	if inner, ok := data.BaseValue.(*adt.Vertex); ok {
		data.BaseValue = openedVertex(ctx, inner)
	}
	data.Arcs = make([]*adt.Vertex, 0, len(v.DerefValue().Arcs))
	for _, arc := range v.DerefValue().Arcs {
		switch {
		case arc.ArcType != adt.ArcMember:
		case arc.Label.IsRegular():
			data.Arcs = append(data.Arcs, openedVertex(ctx, arc))
		default:
			data.Arcs = append(data.Arcs, arc)
		}
	}
	return data
}

// partAt returns what a constraint says about a part of what it constrains; false where it says nothing.
func partAt(constraint cue.Value, at []adt.Feature) (*adt.Vertex, bool) {
	ctx := value.OpContext(constraint)
	part := &adt.Vertex{}
	part.AddConjunct(adt.MakeRootConjunct(nil, compose([]graft{{at, &adt.Top{}}, openGraft(nil, value.Vertex(constraint))})))
	part.Finalize(ctx)
	for _, label := range at {
		if part = finalVertex(ctx, part).Lookup(label); part == nil {
			return nil, false
		}
	}
	part.Finalize(ctx)
	if part.Bottom() != nil || part.Kind() == adt.TopKind {
		return nil, false
	}
	return part, true
}
