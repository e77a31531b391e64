package evaluate

import (
	"cuelang.org/go/cue"
	"cuelang.org/go/cue/build"

	"cuelang.org/go/opm-cue/internal/rpc"
)

// policy is one entry of #policies, as the package that declares it has it: what a consumer adds to the entry is a policy of the
// consumer, and weakens nothing.
type policy struct {
	name     string
	mode     string
	origin   string
	owner    *build.Instance
	path     string
	position rpc.Position

	// selfApplied is a policy that selects nothing: the module unifies it with objects itself.
	selfApplied bool
	selects     selector
	// constraint is what objects are unified with.
	constraint cue.Value

	objects    []string
	violations *findings
}

// Where a policy has what.
var (
	constraintPaths = []cue.Path{cue.ParsePath("constrain"), cue.ParsePath("rule")}
	modePaths       = []cue.Path{cue.ParsePath("enforcement.onViolation"), cue.ParsePath("onViolation")}
	selectorPaths   = []cue.Path{cue.ParsePath("appliesTo"), cue.ParsePath("match")}
)

// collectPolicies finds the policies of the package and of all that it unifies with, however deep.
func (r *renderer) collectPolicies() ([]*policy, error) {
	f := newFindings(r.source.root)
	list := r.policiesOf(unifiedPackages(r.inst, r.params.Expression, r.provider), f)
	return list, f.rejection(rpc.Invalid, "the policies cannot be applied")
}

// policiesOf returns the policies that packages declare, each of them once.
func (r *renderer) policiesOf(packages []*build.Instance, f *findings) []*policy {
	c := newCollector(r.source, packages, f)
	for _, inst := range packages {
		if inst == r.inst {
			c.collect(inst, r.root)
		} else if mentions(inst, policyFields...) {
			c.collect(inst, r.ctx.BuildInstance(inst))
		}
	}
	return c.list
}

// readPolicy reads an entry; it is nil for one that constrains nothing.
func (s *source) readPolicy(entry cue.Value, label cue.Selector, f *findings) *policy {
	p := &policy{name: label.Unquoted(), mode: modeBlock, selfApplied: true, violations: newFindings(s.root)}
	for _, path := range constraintPaths {
		if p.constraint = entry.LookupPath(path); p.constraint.Exists() {
			break
		}
	}
	if !p.constraint.Exists() {
		return nil
	}
	for _, path := range []cue.Path{namePath, cue.ParsePath("name")} {
		if name := stringAt(entry, path); name != "" {
			p.name = name
			break
		}
	}
	for _, path := range modePaths {
		mode := entry.LookupPath(path)
		if !mode.Exists() {
			continue
		}
		text, err := mode.String()
		if err != nil || text != modeBlock && text != modeWarn && text != modeAudit {
			f.add(rpc.Diagnostic{
				Check: checkPolicy, Path: entry.Path().String() + "." + path.String(), Positions: f.positionsOf(mode),
				Message: "a policy blocks, warns or audits: say \"block\", \"warn\" or \"audit\"",
			})
		}
		p.mode = text
		break
	}
	for _, path := range selectorPaths {
		if value := entry.LookupPath(path); value.Exists() {
			p.selfApplied = false
			p.selects = append(p.selects, readSelector(path.String(), value, f)...)
		}
	}
	return p
}

// originOf names the module version that a package is of; the main module has no version.
func originOf(inst *build.Instance) string {
	if inst.ModuleVersion.Path() == "" {
		return inst.Module
	}
	return inst.ModuleVersion.String()
}
