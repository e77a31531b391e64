package evaluate

import (
	"fmt"

	"cuelang.org/go/opm-cue/internal/rpc"
)

func policyResults(policies []*policy) []Policy {
	results := make([]Policy, len(policies))
	for i, p := range policies {
		objects := p.objects
		if objects == nil {
			objects = []string{}
		}
		results[i] = Policy{Name: p.name, Mode: p.mode, Origin: p.origin, Position: p.position, Objects: objects, Violations: p.violations.sorted()}
	}
	return results
}

// refusal makes an error of the violations of policies that block, and of other findings, which may be nil.
func refusal(policies []*policy, others *findings) error {
	var message string
	all := others
	violated := 0
	for _, p := range policies {
		if p.mode != modeBlock || len(p.violations.list) == 0 {
			continue
		}
		if all == nil {
			all = newFindings(p.violations.root)
		}
		for _, d := range p.violations.list {
			all.add(d)
		}
		violated++
		message = fmt.Sprintf("the policy %s of %s is violated", p.name, p.origin)
	}
	if violated == 0 {
		return nil
	}
	if violated > 1 {
		message = fmt.Sprintf("%d policies are violated", violated)
	}
	return &rpc.Error{Code: rpc.Refused, Message: message, Diagnostics: all.sorted(), Details: map[string]any{"policies": policyResults(policies)}}
}

// rejectEvaluation says what is wrong with a module that does not evaluate, and which policies it violates where that is the cause.
func (r *renderer) rejectEvaluation(err error, policies []*policy) error {
	all, others := newFindings(r.source.root), newFindings(r.source.root)
	all.addError(checkEvaluation, "", err)
	explained := map[int]bool{}
	for _, p := range policies {
		m := r.marksOf(p.constraint)
		for i, d := range all.list {
			if m.explain(d) {
				explained[i] = true
				d.Check = checkPolicy
				p.violations.add(d)
			}
		}
	}
	for i, d := range all.list {
		if !explained[i] {
			others.add(d)
		}
	}
	// what a module unifies itself is an error of the evaluation, whatever the policy's mode
	for _, p := range policies {
		if len(p.violations.list) > 0 {
			p.mode = modeBlock
		}
	}
	if err := refusal(policies, others); err != nil {
		return err
	}
	return others.rejection(rpc.Invalid, "the module cannot be built")
}
