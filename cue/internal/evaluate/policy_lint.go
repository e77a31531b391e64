package evaluate

import (
	"cuelang.org/go/cue"
	"cuelang.org/go/cue/build"
	"cuelang.org/go/internal/core/adt"
	"cuelang.org/go/internal/value"

	"cuelang.org/go/opm-cue/internal/rpc"
)

// lintPolicies lists the policies that a package declares itself, and finds what in them a consumer could override.
func (v *vetting) lintPolicies(inst *build.Instance, root cue.Value) error {
	if !declaresItself(inst, policyFields...) {
		return nil
	}
	c := collector{source: v.source, findings: v.findings, seen: map[rpc.Position]bool{}}
	for _, unified := range unifiedPackages(inst, "", nil) {
		own := unified == inst
		value := root
		if !own {
			if !declaresItself(unified, policyFields...) {
				continue
			}
			value = v.ctx.BuildInstance(unified)
		}
		known := len(c.list)
		c.collect(unified, value)
		if !own {
			continue
		}
		for _, p := range c.list[known:] {
			v.lint(p.path, p.constraint)
		}
		v.result.Policies = append(v.result.Policies, policyResults(c.list[known:])...)
		v.lintOptional(root)
	}
	return nil
}

// lintOptional finds policies that are not there unless a consumer asks for them.
func (v *vetting) lintOptional(root cue.Value) {
	for _, field := range policyFields {
		fields, err := root.LookupPath(cue.ParsePath(field)).Fields(cue.Optional(true))
		for err == nil && fields.Next() {
			if fields.IsOptional() && fields.Selector().LabelType() == cue.StringLabel {
				v.overridable(field+"."+fields.Selector().String(), fields.Value(), "is optional: without the ? it always applies")
			}
		}
	}
}

// lint walks a constraint.
func (v *vetting) lint(path string, constraint cue.Value) {
	if hasDefault(constraint) {
		v.overridable(path, constraint, "is a default, which a consumer can override: without the * it holds")
		return
	}
	if items, err := constraint.List(); err == nil {
		for items.Next() {
			v.lint(path+"["+items.Selector().String()+"]", items.Value())
		}
		return
	}
	fields, err := constraint.Fields(cue.Optional(true))
	for err == nil && fields.Next() {
		at := path + "." + fields.Selector().String()
		if fields.IsOptional() {
			if fields.Selector().LabelType() == cue.StringLabel {
				v.overridable(at, fields.Value(), "is optional, so that a consumer can leave it out: without the ? it holds")
			}
			continue
		}
		v.lint(at, fields.Value())
	}
}

func (v *vetting) overridable(path string, at cue.Value, problem string) {
	v.findings.add(rpc.Diagnostic{Check: checkPolicy, Path: path, Positions: v.findings.positionsOf(at), Message: "this part of the policy " + problem})
}

// hasDefault says whether a value is one of several, and the preferred one.
func hasDefault(v cue.Value) bool {
	disjunction, ok := value.Vertex(v).DerefValue().BaseValue.(*adt.Disjunction)
	return ok && disjunction.NumDefaults > 0
}
