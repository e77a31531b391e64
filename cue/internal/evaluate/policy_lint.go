package evaluate

import (
	"strings"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/build"
	"cuelang.org/go/internal/core/adt"
	"cuelang.org/go/internal/value"

	"cuelang.org/go/opm-cue/internal/rpc"
)

// vetPolicies finds what a consumer could override in the policies that a package declares itself, and what violates those that are
// in force for its objects.
func (v *vetting) vetPolicies(inst *build.Instance, root cue.Value) {
	r := &renderer{source: v.source, inst: inst, ctx: v.ctx, root: root}
	rules := r.rulesOf(unifiedPackages(inst, "", nil), v.findings)
	policies := rules.inForce
	for _, p := range policies {
		if p.owner == inst {
			v.lint(p.path, p.constraint)
		}
	}
	v.lintOptional(root)
	v.lintDefinitions(inst, root)
	if len(rules.all()) == 0 || len(v.findings.list) > 0 {
		v.result.Policies = append(v.result.Policies, policyResults(policies)...)
		return
	}
	// what renders nothing, or only with more values, is judged when it is built
	if _, objects, err := r.objects(); err == nil {
		for _, o := range objects {
			o.identify()
		}
		held, err := r.hold(rules, objects)
		if err != nil {
			v.findings.addError(checkPolicy, "", err)
		} else {
			policies = held
		}
	}
	v.result.Policies = append(v.result.Policies, policyResults(policies)...)
}

// lintDefinitions looks at the policies that a package has in definitions, for others to embed.
func (v *vetting) lintDefinitions(inst *build.Instance, root cue.Value) {
	if !mentions(inst, policyFields...) {
		return
	}
	definitions, err := root.Fields(cue.Definitions(true))
	for err == nil && definitions.Next() {
		for _, field := range policyFields {
			entries, err := definitions.Value().LookupPath(cue.ParsePath(field)).Fields()
			for err == nil && entries.Next() {
				if p := v.readPolicy(entries.Value(), entries.Selector(), newFindings(v.root)); p != nil {
					v.lint(definitions.Selector().String()+"."+field+"."+entries.Selector().String(), p.constraint)
				}
			}
		}
	}
}

// lintOptional finds policies that are not there unless a consumer asks for them.
func (v *vetting) lintOptional(root cue.Value) {
	for _, field := range policyFields {
		fields, err := root.LookupPath(cue.ParsePath(field)).Fields(cue.Optional(true))
		for err == nil && fields.Next() {
			if fields.IsOptional() && fields.Selector().LabelType() == cue.StringLabel {
				v.overridable(field+"."+strings.TrimSuffix(fields.Selector().String(), "?"), fields.Value(), "is optional: without the ? it always applies")
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
		at := path + "." + strings.TrimSuffix(fields.Selector().String(), "?")
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
