package evaluate

import (
	"slices"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/build"
	"cuelang.org/go/internal/core/adt"
	"cuelang.org/go/internal/value"
)

// guard is an object, or the schema of one, of a package with policies that are about it.
type guard struct {
	owner    *build.Instance
	path     string
	label    adt.Feature
	kind     string
	nodes    map[ast.Node]bool
	policies []*policy
	// isComponent is a component, of which objects are made.
	isComponent bool
}

// guards are the guarded objects of packages, by the texts that they are made of.
type guards struct {
	ctx    *adt.OpContext
	byNode map[ast.Node][]*guard
	files  map[*build.Instance]map[string]bool
	known  map[*adt.Vertex][]*guard
}

func newGuards(ctx *adt.OpContext) *guards {
	return &guards{ctx, map[ast.Node][]*guard{}, map[*build.Instance]map[string]bool{}, map[*adt.Vertex][]*guard{}}
}

// guardDepth bounds how deep in a package objects are looked for.
const guardDepth = 12

// addPackage adds the objects of a package, also those in its definitions, that policies are about.
func (g *guards) addPackage(owner *build.Instance, root cue.Value, policies []*policy) {
	g.files[owner] = map[string]bool{}
	for _, file := range owner.Files {
		g.files[owner][file.Filename] = file.Filename != ""
	}
	g.addBelow(owner, value.Vertex(root), policies, 0)
	if components := root.LookupPath(componentsPath); components.Exists() {
		for _, arc := range finalVertex(g.ctx, value.Vertex(components)).Arcs {
			if isRendered(arc) {
				g.add(&guard{owner: owner, path: value.Make(g.ctx, arc).Path().String(), label: arc.Label, policies: policies, isComponent: true}, arc)
			}
		}
	}
}

func (g *guards) addBelow(owner *build.Instance, v *adt.Vertex, policies []*policy, depth int) {
	v.Finalize(g.ctx)
	if depth > guardDepth || v.Bottom() != nil {
		return
	}
	for _, arc := range finalVertex(g.ctx, v).Arcs {
		if !isComposite(finalVertex(g.ctx, arc)) {
			continue
		}
		o := &object{value: value.Make(g.ctx, arc), isOpen: true}
		if o.identify(); o.kind != "" {
			held := slices.DeleteFunc(slices.Clone(policies), func(p *policy) bool { return !p.guards(o) })
			if len(held) > 0 {
				g.add(&guard{owner: owner, path: o.value.Path().String(), label: arc.Label, kind: o.kind, policies: held}, arc)
			}
		}
		g.addBelow(owner, arc, policies, depth+1)
	}
}

func (g *guards) add(one *guard, v *adt.Vertex) {
	one.nodes = map[ast.Node]bool{}
	for _, node := range textsOf(v) {
		if !one.nodes[node] {
			one.nodes[node] = true
			g.byNode[node] = append(g.byNode[node], one)
		}
	}
}

// guards says whether a policy is about an object, as its package has it.
func (p *policy) guards(o *object) bool {
	if p.selfApplied {
		return p.marks.isIn(o)
	}
	return p.matches(o)
}

// textsOf returns the pieces of text that a value was made of, those of what it refers to included.
func textsOf(v *adt.Vertex) []ast.Node {
	list := sourcesOf(v)
	for _, info := range v.DerefValue().Structs {
		if info.Src != nil {
			list = append(list, info.Src)
		}
	}
	return list
}

// of returns the guarded objects that a value is: in the package that has them, or in another that is made of that.
func (g *guards) of(v *adt.Vertex) []*guard {
	if len(g.byNode) == 0 {
		return nil
	}
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
	g.known[v] = list
	return list
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
