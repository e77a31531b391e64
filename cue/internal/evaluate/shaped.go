package evaluate

import (
	"maps"
	"slices"
	"strings"

	"cuelang.org/go/cue"
	"cuelang.org/go/internal/core/adt"
	"cuelang.org/go/internal/value"
)

// shaped writes facts in the form that a value declares: lines of catalogs call the same things differently, as definitions, hidden
// fields or quoted names. What declares nothing is given all, as fields and as definitions.
func shaped(shape cue.Value, facts map[string]any) cue.Value {
	ctx := value.OpContext(shape)
	made := &adt.Vertex{}
	made.AddConjunct(adt.MakeRootConjunct(nil, shapedStruct(ctx, value.Vertex(shape), facts)))
	made.Finalize(ctx)
	return value.Make(ctx, made)
}

func shapedStruct(ctx *adt.OpContext, shape *adt.Vertex, facts map[string]any) *adt.StructLit {
	made := &adt.StructLit{}
	add := func(label adt.Feature, expr adt.Expr) {
		made.Decls = append(made.Decls, &adt.Field{Label: label, Value: expr})
	}
	var declared []*adt.Vertex
	if shape != nil {
		declared = finalVertex(ctx, shape).Arcs
	}
	for _, arc := range declared {
		if fact, known := facts[factName(ctx, arc.Label)]; known && !arc.Label.IsLet() {
			add(arc.Label, shapedFact(ctx, arc, fact))
		}
	}
	if len(declared) > 0 {
		return made
	}
	for _, name := range slices.Sorted(maps.Keys(facts)) {
		add(adt.MakeStringLabel(ctx, name), shapedFact(ctx, nil, facts[name]))
		if shape != nil {
			add(adt.MakeIdentLabel(ctx, "#"+name, ""), shapedFact(ctx, nil, facts[name]))
		}
	}
	return made
}

// shapedFact writes a text, texts by their names, or facts.
func shapedFact(ctx *adt.OpContext, shape *adt.Vertex, fact any) adt.Expr {
	switch fact := fact.(type) {
	case string:
		return &adt.String{Str: fact}
	case map[string]string:
		made := &adt.StructLit{}
		for _, name := range slices.Sorted(maps.Keys(fact)) {
			made.Decls = append(made.Decls, &adt.Field{Label: adt.MakeStringLabel(ctx, name), Value: &adt.String{Str: fact[name]}})
		}
		return made
	case map[string]any:
		return shapedStruct(ctx, shape, fact)
	}
	return &adt.Top{}
}

// factName is what a field is called without the marks of its form.
func factName(ctx *adt.OpContext, label adt.Feature) string {
	name := label.IdentString(ctx)
	if label.IsString() {
		name = label.StringValue(ctx)
	}
	return strings.TrimLeft(name, "_#")
}
