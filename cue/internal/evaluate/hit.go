package evaluate

import (
	"fmt"
	"slices"

	"cuelang.org/go/internal/core/adt"
	"cuelang.org/go/internal/value"

	"cuelang.org/go/opm-cue/internal/rpc"
)

// hit is a place of a rendered object that has something of a guarded one.
type hit struct {
	take take
	// in is the object that the place is in: the innermost where objects carry others. It is nil in a component.
	in *object
	// at is the place in the object that is rendered.
	at    []adt.Feature
	value *adt.Vertex
	// whole is the value as it is written, value where its fields are.
	whole *adt.Vertex
	// tracer is what found it.
	tracer *tracer
}

// findTakes looks through objects, and the components that they were made of, for what they have of guarded objects.
func (r *renderer) findTakes(found *rules, all []*object) ([]hit, error) {
	if found.guards.isEmpty() {
		return nil, nil
	}
	w := &walk{tracer: newTracer(found.guards), carried: map[*adt.Vertex]*object{}}
	for _, o := range all {
		if len(o.at) > 0 {
			w.carried[value.Vertex(o.value)] = o
		}
	}
	for _, o := range all {
		if len(o.at) == 0 {
			w.visit(o.made, nil, o)
		}
	}
	for _, c := range r.components {
		w.visit(value.Vertex(c.value), nil, nil)
	}
	if w.err != nil {
		return nil, rpc.Errorf(rpc.Invalid, "the policies cannot be applied: %w", w.err)
	}
	return w.hits, nil
}

type walk struct {
	*tracer
	carried map[*adt.Vertex]*object
	hits    []hit
	err     error
}

func (w *walk) visit(v *adt.Vertex, at []adt.Feature, in *object) {
	if carried := w.carried[v]; carried != nil {
		in = carried
	}
	final := finalVertex(w.ctx, v)
	if final.Kind()&(adt.NumberKind|adt.BoolKind|adt.NullKind) != 0 {
		return
	}
	takes, err := w.takesOf(v)
	if err != nil {
		w.err = err
	}
	for _, one := range takes {
		w.hits = append(w.hits, hit{one, in, at, final, v, w.tracer})
	}
	if final.Kind() == adt.StringKind || w.err != nil {
		return
	}
	for _, arc := range final.Arcs {
		if arc.ArcType == adt.ArcMember && (arc.Label.IsRegular() || in == nil) {
			w.visit(arc, append(at[:len(at):len(at)], arc.Label), in)
		}
	}
}

func (h hit) isComponent() bool { return h.take.guard.isComponent || h.in == nil }

// binds says whether a policy is in force for all objects because of what one of them has.
func (h hit) binds(p *policy) bool {
	if !slices.Contains(h.take.guard.policies, p) || h.isNothing(p) {
		return false
	}
	return h.take.how != asElement || h.in == nil || p.matches(h.in) || h.isCopy()
}

// isNothing says whether all that was taken are texts and numbers, or maps and lists of them, that the policy says nothing about:
// they are read.
func (h hit) isNothing(p *policy) bool {
	part := h.take.part
	if part == nil {
		part = h.value
	}
	if h.take.guard.isComponent {
		return len(h.take.at) > 0 && (isFlat(part) || h.take.at[0].SelectorString(h.tracer.ctx) != "spec")
	}
	if h.take.how == asElement || len(h.take.at) == 0 || !isRead(part) {
		return false
	}
	_, found := partAt(p.constraint, h.take.at)
	return !found || h.take.how == asIs && h.isInSelector()
}

// isCopy says whether a comprehension writes the elements that it iterates over anew, as they are called there: a copy that is made
// field by field, or one element after the other.
func (h hit) isCopy() bool {
	if h.take.how != asElement || len(h.at) == 0 || h.take.part == nil || isRead(h.take.part) || isRead(h.value) {
		return false
	}
	if label := h.at[len(h.at)-1]; label != h.take.label {
		return false
	} else if label.IsString() {
		return true
	}
	same := 0
	for _, arc := range h.value.Arcs {
		if isRendered(arc) && h.take.part.Lookup(arc.Label) != nil {
			same++
		}
	}
	return same > 1
}

// isFlat says whether a value is a text or a number, or a map or list of such.
func isFlat(v *adt.Vertex) bool {
	return !slices.ContainsFunc(v.Arcs, func(arc *adt.Vertex) bool {
		return isRendered(arc) && isComposite(arc.DerefValue().Default().DerefValue())
	})
}

// isRead says whether a part of an object has no more than names, numbers and the like.
func isRead(v *adt.Vertex) bool {
	if !isComposite(v) {
		return true
	}
	for _, arc := range v.Arcs {
		if !isRendered(arc) {
			continue
		}
		part := arc.DerefValue().Default().DerefValue()
		if isComposite(part) && (v.Kind() == adt.ListKind || !isRead(part)) {
			return false
		}
	}
	return true
}

// isInSelector says whether what was taken selects objects: a policy about labels is not about who looks for them.
func (h hit) isInSelector() bool {
	return slices.ContainsFunc(h.at, func(label adt.Feature) bool {
		return label.IsString() && isSelector(label.SelectorString(h.tracer.ctx))
	})
}

// take holds what an object has of a guarded one: by a constraint on the part, or by a refusal.
func (h *holding) take(one hit) {
	if one.isNothing(h.policy) || one.take.how == asElement && !one.isCopy() {
		return
	}
	isAbout := h.matches(one.in) || h.selfApplied && h.marks.isIn(one.in)
	if one.take.how == byFunction {
		if one.value.Kind() == adt.StringKind || !isAbout && !h.areCarried(one) {
			h.refuse(one, "is made by a function or an operator of %s: the policy %s cannot be applied to that; take it as it is")
		}
		return
	}
	inObject := one.at[len(one.in.at):]
	if isAbout && slices.Equal(inObject, one.take.at) {
		return
	}
	if part, found := partAt(h.constraint, one.take.at); found {
		h.note(one.in)
		h.graft(one.in.top, one.at, part)
		return
	}
	if !isAbout && !h.isKept(one, inObject) {
		h.refuse(one, "is %s, in an object that the policy %s is not about: write what the policy demands into this object, or leave it out")
	}
}

// areCarried says whether a value is an object that the policy is about, or all its elements are that, or looked at themselves.
func (h *holding) areCarried(one hit) bool {
	if h.isCarried(one, one.value) {
		return true
	}
	for _, arc := range one.value.Arcs {
		if isRendered(arc) && len(one.tracer.linksOf(arc)) == 0 && !h.isCarried(one, finalVertex(one.tracer.ctx, arc)) {
			return false
		}
	}
	return one.value.Kind() == adt.ListKind
}

func (h *holding) isCarried(one hit, v *adt.Vertex) bool {
	c := newCarrier(one.tracer.ctx, &object{})
	c.visit(v, v, nil, nil)
	return len(c.found) > 0 && len(c.found[0].at) == 0 && h.matches(c.found[0])
}

// isKept says whether an object has what the policy demands, where the object that the part is of would have it.
func (h *holding) isKept(one hit, at []adt.Feature) bool {
	from, to := len(one.take.at), len(at)
	for from > 0 && to > 0 && one.take.at[from-1] == at[to-1] {
		from, to = from-1, to-1
	}
	demanded, found := partAt(h.constraint, one.take.at[:from])
	return found && fits(value.Make(one.tracer.ctx, demanded), valueAt(one.in.value, selectorsOf(one.tracer.ctx, at[:to])))
}

// refuse adds a violation, once for a place and all below it.
func (h *holding) refuse(one hit, format string) {
	for _, other := range h.refused {
		if other.in.top == one.in.top && len(other.at) <= len(one.at) && slices.Equal(other.at, one.at[:len(other.at)]) {
			return
		}
	}
	h.refused = append(h.refused, one)
	guard := one.take.guard
	what := guard.path + pathText(one.tracer.ctx, one.take.at)
	h.note(one.in)
	h.violations.add(rpc.Diagnostic{
		Check:     checkPolicy,
		Path:      one.in.top.path + pathText(one.tracer.ctx, one.at),
		Positions: h.violations.positionsOf(value.Make(one.tracer.ctx, one.whole)),
		Message:   fmt.Sprintf(format, what+" of "+originOf(guard.owner), h.name),
	})
}
