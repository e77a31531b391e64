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
	owners []guardOwner
	kind   adt.Feature
	known  map[*adt.Vertex][]*guard
}

func newGuards(ctx *adt.OpContext) *guards {
	return &guards{
		ctx: ctx, byNode: map[ast.Node][]*guard{}, files: map[*build.Instance]map[string]bool{}, kind: adt.MakeStringLabel(ctx, "kind"),
		known: map[*adt.Vertex][]*guard{},
	}
}

// guardOwner is a package with policies, and the files that its objects may be of.
type guardOwner struct {
	inst     *build.Instance
	texts    map[string]bool
	policies []*policy
}

// isEmpty says that no package has policies.
func (g *guards) isEmpty() bool { return len(g.owners) == 0 }

// guardDepth bounds how deep in a package objects are looked for.
const guardDepth = 12

// addPackage adds the objects of a package, also those in its definitions, that policies are about.
func (g *guards) addPackage(owner *build.Instance, root cue.Value, policies []*policy) {
	g.files[owner] = map[string]bool{}
	for _, file := range owner.Files {
		g.files[owner][file.Filename] = file.Filename != ""
	}
	texts := map[string]bool{}
	for _, inst := range append(owner.Dependencies(), owner) {
		for _, file := range inst.Files {
			texts[file.Filename] = true
		}
	}
	g.owners = append(g.owners, guardOwner{owner, texts, policies})
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
