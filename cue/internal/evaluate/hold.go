package evaluate

import (
	"slices"

	"cuelang.org/go/cue"
	"cuelang.org/go/internal/core/adt"
	"cuelang.org/go/internal/value"
)

// hold applies policies to objects, to what those carry, and to what they have of objects that policies of other packages are about.
// It returns all policies that are in force. A violation leaves an object as it was.
func (r *renderer) hold(found *rules, objects []*object) ([]*policy, error) {
	if len(found.inForce) == 0 && len(found.others) == 0 {
		return []*policy{}, nil
	}
	for _, o := range objects {
		if o.made == nil {
			o.made = value.Vertex(o.value)
		}
		// a policy must not choose another alternative in place of the object
		o.value, _ = o.value.Default()
	}
	all := withCarried(objects)
	hits, err := r.findTakes(found, all)
	if err != nil {
		return nil, err
	}
	policies := slices.Clone(found.inForce)
	for _, p := range found.others {
		if slices.ContainsFunc(hits, func(h hit) bool { return h.binds(p) }) {
			policies = append(policies, p)
		}
	}
	for _, p := range policies {
		h := &holding{policy: p, grafts: map[*object][]graft{}}
		for _, o := range all {
			if p.selfApplied && len(o.at) == 0 && p.marks.isIn(o) {
				p.note(o)
			}
			if p.matches(o) {
				p.note(o)
				h.objects = append(h.objects, o)
				h.graft(o.top, o.at, value.Vertex(p.constraint))
			}
		}
		for _, one := range hits {
			if !one.isComponent() && slices.Contains(one.take.guard.policies, p) {
				h.take(one)
			}
		}
		h.apply()
		if len(p.objects) == 0 && !p.selfApplied {
			r.warn("the policy %s of %s is about none of the objects", p.name, p.origin)
		}
	}
	return policies, nil
}

// note names an object that the policy is about, once.
func (p *policy) note(o *object) {
	if title := o.title(); !p.noted[title] {
		p.noted[title] = true
		p.objects = append(p.objects, title)
	}
}

// holding is one policy that is applied to all objects.
type holding struct {
	*policy
	objects []*object
	order   []*object
	refused []hit
	grafts  map[*object][]graft
}

func (h *holding) graft(top *object, at []adt.Feature, constraint adt.Expr) {
	if h.grafts[top] == nil {
		h.order = append(h.order, top)
	}
	h.grafts[top] = append(h.grafts[top], openGraft(at, constraint))
}

// apply unifies all objects with what the policy demands of them; one by one where the policy does not block and not all are right.
func (h *holding) apply() {
	for _, top := range h.order {
		grafts := h.grafts[top]
		unified, err := unifyChecked(top.value, grafts)
		if err == nil {
			err = h.lost(top, unified)
		}
		if err == nil {
			top.value = unified
			continue
		}
		h.violations.addValueError(checkPolicy, top, err)
		for i := range grafts {
			if h.mode == modeBlock || len(grafts) == 1 {
				break
			}
			if unified, err := unifyChecked(top.value, grafts[i:i+1]); err == nil && h.lost(top, unified) == nil {
				top.value = unified
			}
		}
	}
}

func unifyChecked(v cue.Value, grafts []graft) (cue.Value, error) {
	unified, err := unifyAt(v, grafts)
	if err == nil && v.Validate(cue.Concrete(true)) == nil {
		err = unified.Validate(cue.Concrete(true))
	}
	return unified, err
}

// lost says what is wrong where an object that another carries gave way to an alternative.
func (h *holding) lost(top *object, unified cue.Value) error {
	for _, o := range h.objects {
		if o.top != top || len(o.at) == 0 {
			continue
		}
		now := &object{value: valueAt(unified, selectorsOf(value.OpContext(unified), o.at))}
		now.identify()
		if stringAt(o.value, kindPath) == now.kind && o.name == now.name {
			continue
		}
		itself, _ := o.value.Default()
		if _, err := unifyChecked(itself, []graft{openGraft(nil, value.Vertex(h.constraint))}); err != nil {
			return err
		}
	}
	return nil
}
