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
	// patterns are those of match, which depend on more than what an object is called.
	patterns selector
	// constraint is what objects are unified with.
	constraint cue.Value
	// marks are those of the constraint, of a policy that selects nothing.
	marks marks

	objects    []string
	noted      map[string]bool
	violations *findings
}

// Where a policy has what.
var (
	constraintPaths = []cue.Path{cue.ParsePath("constrain"), cue.ParsePath("rule")}
	modePaths       = []cue.Path{cue.ParsePath("enforcement.onViolation"), cue.ParsePath("onViolation")}
	selectorPaths   = []cue.Path{cue.ParsePath("appliesTo"), cue.ParsePath("match")}
)

// matches says whether the policy selects an object.
func (p *policy) matches(o *object) bool {
	return !p.selfApplied && (o.kind != "" || o.apiVersion != "") && p.selects.matches(o) && p.patterns.matches(o)
}

// readPolicy reads an entry; it is nil for one that constrains nothing.
func (s *source) readPolicy(entry cue.Value, label cue.Selector, f *findings) *policy {
	p := &policy{name: label.Unquoted(), mode: modeBlock, selfApplied: true, noted: map[string]bool{}, violations: newFindings(s.root)}
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
			conditions := readSelector(path.String(), value, f)
			if path.String() == "match" {
				p.patterns = conditions
			} else {
				p.selects = conditions
			}
		}
	}
	if p.selfApplied {
		p.marks = s.marksOf(p.constraint)
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
