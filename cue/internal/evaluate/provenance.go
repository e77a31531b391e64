package evaluate

import (
	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/internal/core/adt"
	"cuelang.org/go/internal/value"

	"cuelang.org/go/opm-cue/internal/rpc"
)

// conjunctSources returns the pieces of text that a value was unified of, at its own level.
func conjunctSources(v cue.Value) []ast.Node { return sourcesOf(value.Vertex(v)) }

func sourcesOf(v *adt.Vertex) []ast.Node {
	var list []ast.Node
	for c := range v.LeafConjuncts() {
		if source := c.Source(); source != nil {
			list = append(list, source)
		}
	}
	if shared := v.DerefValue(); shared != v {
		list = append(list, sourcesOf(shared)...)
	}
	return list
}

// visitArcs visits a value and all below it until visit returns false.
func visitArcs(v *adt.Vertex, visit func(*adt.Vertex) bool) bool {
	if !visit(v) {
		return false
	}
	for _, arc := range v.DerefValue().Arcs {
		if !visitArcs(arc, visit) {
			return false
		}
	}
	return true
}

// marks are the pieces of text that a policy's constraint consists of, and where each part of them is.
type marks struct {
	nodes     map[ast.Node]bool
	positions map[rpc.Position]bool
}

func (s *source) marksOf(constraint cue.Value) marks {
	m := marks{map[ast.Node]bool{}, map[rpc.Position]bool{}}
	visitArcs(value.Vertex(constraint), func(v *adt.Vertex) bool {
		for _, node := range sourcesOf(v) {
			m.nodes[node] = true
			ast.Walk(node, func(part ast.Node) bool {
				m.positions[positionIn(s.root, part.Pos())] = true
				return true
			}, nil)
		}
		return true
	})
	return m
}

// isIn says whether an object has a part that a policy's text gave.
func (m marks) isIn(o *object) bool {
	return !visitArcs(value.Vertex(o.value), func(v *adt.Vertex) bool {
		for _, node := range sourcesOf(v) {
			if m.nodes[node] {
				return false
			}
		}
		return true
	})
}

func (m marks) explain(d rpc.Diagnostic) bool {
	for _, position := range d.Positions {
		if m.positions[position] {
			return true
		}
	}
	return false
}

// unifyOpen unifies values without asking whether either is closed: a policy adds fields that an object did not list, and lists
// itself only what it is about.
func unifyOpen(a, b cue.Value) cue.Value {
	ctx := value.OpContext(a)
	from := value.Vertex(a)
	n := &adt.Vertex{Parent: from.Parent, Label: from.Label}
	n.AddOpenConjunct(ctx, from)
	n.AddOpenConjunct(ctx, value.Vertex(b))
	n.Finalize(ctx)
	return value.Make(ctx, n)
}
