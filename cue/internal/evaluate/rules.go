package evaluate

import (
	"slices"

	"cuelang.org/go/cue/build"
	"cuelang.org/go/internal/value"

	"cuelang.org/go/opm-cue/internal/rpc"
)

// rules are the policies of a package and of what it is made of.
type rules struct {
	// inForce are about all objects of the package, others only where an object has a part of what they are about.
	inForce, others []*policy
	guards          *guards
}

// collectRules finds the policies of the package and of all that it unifies with, however deep, and those of what else it imports.
func (r *renderer) collectRules() (*rules, error) {
	f := newFindings(r.source.root)
	found := r.rulesOf(unifiedPackages(r.inst, r.params.Expression, r.provider), f)
	return found, f.rejection(rpc.Invalid, "the policies cannot be applied")
}

// rulesOf returns the policies that packages declare, each of them once.
func (r *renderer) rulesOf(packages []*build.Instance, f *findings) *rules {
	imported := slices.DeleteFunc(importedBelow(r.inst), func(inst *build.Instance) bool { return !mentions(inst, policyFields...) })
	c := newCollector(r.source, packages, f)
	for _, inst := range packages {
		if inst == r.inst {
			c.collect(inst, r.root)
		} else if mentions(inst, policyFields...) {
			c.collect(inst, r.ctx.BuildInstance(inst))
		}
	}
	found := &rules{inForce: c.list}
	c.list, c.findings = nil, newFindings(r.source.root)
	for _, inst := range imported {
		if !slices.Contains(packages, inst) {
			c.collect(inst, r.ctx.BuildInstance(inst))
		}
	}
	found.others = c.list
	found.guards = newGuards(value.OpContext(r.root))
	for _, inst := range imported {
		unified := unifiedPackages(inst, "", nil)
		held := slices.DeleteFunc(found.all(), func(p *policy) bool { return !slices.Contains(unified, p.owner) })
		if len(held) > 0 {
			found.guards.addPackage(inst, r.ctx.BuildInstance(inst), held)
		}
	}
	return found
}

func (r *rules) all() []*policy { return slices.Concat(r.inForce, r.others) }

// importedBelow returns the packages that one needs, each after those that it imports.
func importedBelow(inst *build.Instance) []*build.Instance {
	var list []*build.Instance
	seen := map[*build.Instance]bool{inst: true}
	var visit func(*build.Instance)
	visit = func(one *build.Instance) {
		for _, imported := range one.Imports {
			if !seen[imported] {
				seen[imported] = true
				visit(imported)
				list = append(list, imported)
			}
		}
	}
	visit(inst)
	return list
}
