package evaluate

import (
	"slices"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/build"
	"cuelang.org/go/internal/core/adt"
	"cuelang.org/go/internal/value"

	"cuelang.org/go/opm-cue/internal/rpc"
)

// collector gathers policies of packages, each after those that it imports.
type collector struct {
	*source
	findings *findings
	owners   map[string]*build.Instance
	seen     map[rpc.Position]bool
	list     []*policy
}

func newCollector(s *source, packages []*build.Instance, f *findings) *collector {
	c := &collector{source: s, findings: f, owners: map[string]*build.Instance{}, seen: map[rpc.Position]bool{}}
	for _, inst := range packages {
		for _, one := range append(inst.Dependencies(), inst) {
			for _, file := range one.Files {
				c.owners[file.Filename] = one
			}
		}
	}
	return c
}

// collect adds the policies of a package. An entry that it has from another package is there already, unless the package adds to
// it. Where it has one by way of a definition, what the others say is a policy of theirs, without what the package adds.
func (c *collector) collect(inst *build.Instance, packageValue cue.Value) {
	for _, field := range policyFields {
		fields, err := packageValue.LookupPath(cue.ParsePath(field)).Fields()
		if err != nil {
			continue
		}
		for fields.Next() {
			entry, label := fields.Value(), fields.Selector()
			path := field + "." + label.String()
			own, others := c.divide(inst, entry)
			if owner := c.fresh(others); owner != nil {
				c.addOthers(owner, path, label, entry, others)
			}
			if c.fresh(own) == nil {
				continue
			}
			if p := c.readPolicy(entry, label, c.findings); p != nil {
				c.add(p, inst, path, own[0])
			}
		}
	}
}

// divide tells what of an entry the package says itself from what others say. All of a reference is the package's own.
func (c *collector) divide(inst *build.Instance, entry cue.Value) (own, others []adt.Conjunct) {
	v := value.Vertex(entry)
	for conjunct := range v.LeafConjuncts() {
		source := conjunct.Source()
		if source == nil {
			continue
		}
		if owner := c.owners[source.Pos().Filename()]; owner == inst || owner == nil {
			own = append(own, conjunct)
		} else {
			others = append(others, conjunct)
		}
	}
	return own, others
}

// fresh returns the owner of the first conjunct that was not seen before, and has seen them all from then on.
func (c *collector) fresh(conjuncts []adt.Conjunct) *build.Instance {
	var owner *build.Instance
	for _, conjunct := range conjuncts {
		pos := conjunct.Source().Pos()
		at := positionIn(c.root, pos)
		if at.File != "" && !c.seen[at] && owner == nil {
			owner = c.owners[pos.Filename()]
		}
		c.seen[at] = true
	}
	return owner
}

// addOthers adds a policy of what others say, if that is one by itself, and no mere schema.
func (c *collector) addOthers(owner *build.Instance, path string, label cue.Selector, entry cue.Value, conjuncts []adt.Conjunct) {
	whole := value.Vertex(entry)
	alone := &adt.Vertex{Parent: whole.Parent, Label: whole.Label}
	for _, conjunct := range conjuncts {
		alone.AddConjunct(adt.MakeRootConjunct(conjunct.Env, conjunct.Elem()))
	}
	ctx := value.OpContext(entry)
	alone.Finalize(ctx)
	problems := newFindings(c.root)
	p := c.readPolicy(value.Make(ctx, alone), label, problems)
	if p == nil || len(problems.list) > 0 {
		return
	}
	if fields, err := p.constraint.Fields(); err != nil || !fields.Next() {
		return
	}
	c.add(p, owner, path, conjuncts[0])
}

func (c *collector) add(p *policy, owner *build.Instance, path string, conjunct adt.Conjunct) {
	p.owner, p.origin, p.path, p.position = owner, originOf(owner), path, positionIn(c.root, conjunct.Source().Pos())
	c.list = append(c.list, p)
}

// mentions says whether a package, or one that it imports, has such a field anywhere.
func mentions(inst *build.Instance, names ...string) bool {
	return slices.ContainsFunc(append(inst.Dependencies(), inst), func(one *build.Instance) bool { return writes(one, names...) })
}

// writes says whether a package has such a field anywhere in its own text.
func writes(inst *build.Instance, names ...string) bool {
	for _, file := range inst.Files {
		found := false
		ast.Walk(file, func(node ast.Node) bool {
			if field, ok := node.(*ast.Field); ok && !found {
				label, _, err := ast.LabelName(field.Label)
				found = err == nil && slices.Contains(names, label)
			}
			return !found
		}, nil)
		if found {
			return true
		}
	}
	return false
}
