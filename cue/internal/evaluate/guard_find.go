package evaluate

import (
	"slices"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/build"
	"cuelang.org/go/internal/core/adt"
	"cuelang.org/go/internal/value"
)

// of returns the guarded objects that a value is: in the package that has them, or in another that is made of that.
func (g *guards) of(v *adt.Vertex) []*guard {
	if known, ok := g.known[v]; ok {
		return known
	}
	g.known[v] = nil
	var list []*guard
	var o *object
	for _, one := range g.candidates(v) {
		if o == nil {
			o = &object{value: value.Make(g.ctx, v)}
			o.identify()
		}
		if held := one.heldAs(o); held != nil && g.isInstance(v, one) {
			list = append(list, held)
		}
	}
	if len(list) == 0 {
		list = g.made(v)
	}
	g.known[v] = list
	return list
}

// made returns the guarded objects that a value is where the package with the policy has them only with other values: such that are
// there under a condition, or become what the policy is about.
func (g *guards) made(v *adt.Vertex) []*guard {
	if v.DerefValue().LookupRaw(g.kind) == nil {
		return nil
	}
	var list []*guard
	for _, owner := range g.owners {
		if !g.isTextOf(v, owner) {
			continue
		}
		o := &object{value: value.Make(g.ctx, v)}
		o.identify()
		held := slices.DeleteFunc(slices.Clone(owner.policies), func(p *policy) bool { return !p.guards(o) })
		if len(held) > 0 {
			list = append(list, &guard{owner: owner.inst, path: o.value.Path().String(), label: v.Label, kind: o.kind, policies: held})
		}
	}
	return list
}

// isTextOf says whether a value is written in a package, or in what that is made of, as a part of that package.
func (g *guards) isTextOf(v *adt.Vertex, owner guardOwner) bool {
	for c := range v.LeafConjuncts() {
		if source := c.Source(); source != nil && owner.texts[source.Pos().Filename()] && g.isIn(c.Env, owner.inst) {
			return true
		}
	}
	return false
}

// heldAs returns the guarded object with the policies that are about it as it is now, nil where none is.
func (g *guard) heldAs(o *object) *guard {
	if g.isComponent {
		return g
	}
	if g.kind != o.kind {
		return nil
	}
	held := *g
	held.policies = slices.DeleteFunc(slices.Clone(g.policies), func(p *policy) bool { return !p.patterns.matches(o) })
	if len(held.policies) == 0 {
		return nil
	}
	return &held
}

func (g *guards) candidates(v *adt.Vertex) []*guard {
	var list []*guard
	for _, node := range textsOf(v) {
		for _, one := range g.byNode[node] {
			if one.label == v.Label && !slices.Contains(list, one) {
				list = append(list, one)
			}
		}
	}
	return list
}

// isInstance says whether a value has a text of a guarded object by way of the package that guards it. Who takes the package
// below has the same text, and is not held.
func (g *guards) isInstance(v *adt.Vertex, one *guard) bool {
	for c := range v.LeafConjuncts() {
		source := c.Source()
		if source != nil && one.nodes[source] && (g.isOwn(source, one.owner) || g.isIn(c.Env, one.owner)) {
			return true
		}
	}
	for _, info := range v.DerefValue().Structs {
		if info.Src != nil && one.nodes[info.Src] && g.isOwn(info.Src, one.owner) {
			return true
		}
	}
	shared := v.DerefValue()
	return shared != v && g.isInstance(shared, one)
}

func (g *guards) isOwn(node ast.Node, owner *build.Instance) bool {
	return g.files[owner][node.Pos().Filename()]
}

// isIn says whether an environment is in what a package is a part of.
func (g *guards) isIn(env *adt.Environment, owner *build.Instance) bool {
	for ; env != nil; env = env.Up {
		if isTop := env.Vertex != nil && (env.Up == nil || env.Up.Vertex == nil); !isTop {
			continue
		}
		for _, node := range textsOf(env.Vertex) {
			if file, ok := node.(*ast.File); ok && g.files[owner][file.Filename] {
				return true
			}
		}
	}
	return false
}
