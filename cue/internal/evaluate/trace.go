package evaluate

import (
	"encoding/binary"

	"cuelang.org/go/cue/errors"
	"cuelang.org/go/internal/core/adt"
)

// How a value has something of another.
const (
	// asIs: it is that, and what was unified with it.
	asIs = iota
	// asElement: its text stands in a comprehension over that.
	asElement
	// byFunction: a function or an operator made it of that, so that no part of it can be told from another.
	byFunction
)

// take is what a value has of a guarded object.
type take struct {
	guard *guard
	// at is where the guarded object has it.
	at  []adt.Feature
	how int
	// part is what was taken, and label what it is called there.
	part  *adt.Vertex
	label adt.Feature
}

// link leads from a value to another that it refers to.
type link struct {
	to  *adt.Vertex
	how int
}

// tracer finds what values have of guarded objects, by the references in the text that they were made of.
type tracer struct {
	ctx    *adt.OpContext
	guards *guards
	links  map[*adt.Vertex][]link
	// barren are links that lead to nothing guarded.
	barren map[link]bool
	steps  int
}

// Bounds of a search: modules that need more are refused.
const (
	maxSteps = 5_000_000
	maxPath  = 100
)

func newTracer(found *guards) *tracer {
	return &tracer{ctx: found.ctx, guards: found, links: map[*adt.Vertex][]link{}, barren: map[link]bool{}}
}

var errTooDeep = errors.New("what its objects are made of cannot be followed: references are too many or too deep")

// search is one question to a tracer.
type search struct {
	*tracer
	seen  map[searched]bool
	takes []take
	err   error
}

type searched struct {
	v        *adt.Vertex
	how, way int
	at       string
}

func pathKey(at []adt.Feature) string {
	var key []byte
	for _, label := range at {
		key = binary.BigEndian.AppendUint32(key, uint32(label))
	}
	return string(key)
}

// takesOf returns what a value that is rendered has of guarded objects by itself, not by way of what it is in.
func (t *tracer) takesOf(v *adt.Vertex) ([]take, error) {
	var takes []take
	for _, g := range t.guards.of(v) {
		takes = append(takes, take{guard: g})
	}
	for _, l := range t.linksOf(v) {
		if t.barren[l] {
			continue
		}
		s := &search{tracer: t, seen: map[searched]bool{}}
		s.follow(l.to, nil, l.how, l.how == byFunction)
		if s.err != nil {
			return nil, s.err
		}
		t.barren[l] = len(s.takes) == 0
		takes = append(takes, s.takes...)
	}
	return takes, nil
}

// enter says whether a value is looked at for the first time in this way.
func (s *search) enter(v *adt.Vertex, at []adt.Feature, how, way int) bool {
	if s.steps++; s.steps > maxSteps || len(at) > maxPath {
		s.err = errTooDeep
	}
	key := searched{v, how, way, pathKey(at)}
	if s.err != nil || s.seen[key] {
		return false
	}
	s.seen[key] = true
	return true
}

// The ways of looking at a value.
const (
	wayItself = iota
	wayRead
	wayBelow
)

// self looks at a value itself, or at one that is around it: an element that this is written for says nothing of its parts.
func (s *search) self(v *adt.Vertex, at []adt.Feature, how int, isAround bool) {
	if !s.enter(v, at, how, wayItself) {
		return
	}
	for _, g := range s.guards.of(v) {
		s.takes = append(s.takes, take{guard: g, at: at, how: how})
	}
	for _, l := range s.linksOf(v) {
		if l.how != asElement || !isAround {
			s.follow(l.to, at, max(how, l.how), l.how == byFunction)
		}
	}
}

// follow looks at a value that is referred to: where it stands says what it is a part of.
func (s *search) follow(v *adt.Vertex, at []adt.Feature, how int, withParts bool) {
	v.Finalize(s.ctx)
	first := len(s.takes)
	final := finalVertex(s.ctx, v)
	if !isComposite(final) {
		if !s.enter(v, at, how, wayRead) {
			return
		}
		// a text or a number is read; but what a function made of an object is still that
		for _, l := range s.linksOf(v) {
			if l.how == byFunction || !isComposite(finalVertex(s.ctx, l.to)) {
				s.follow(l.to, at, max(how, l.how), l.how == byFunction)
			}
		}
		return
	}
	for up, path := v, at; up != nil && s.err == nil; up = up.Parent {
		s.self(up, path, how, up != v)
		if up.Label == adt.InvalidLabel {
			break
		}
		path = append([]adt.Feature{up.Label}, path...)
	}
	s.tookFrom(first, v.Label, final)
	if withParts {
		s.below(final, how)
	}
}

// below looks at all that a function was given.
func (s *search) below(v *adt.Vertex, how int) {
	if !s.enter(v, nil, how, wayBelow) {
		return
	}
	for _, arc := range v.Arcs {
		if !isRendered(arc) || s.err != nil {
			continue
		}
		first := len(s.takes)
		s.self(arc, nil, how, false)
		final := finalVertex(s.ctx, arc)
		s.tookFrom(first, arc.Label, final)
		s.below(final, how)
	}
}

func (s *search) tookFrom(first int, label adt.Feature, part *adt.Vertex) {
	for i := first; i < len(s.takes); i++ {
		if s.takes[i].part == nil {
			s.takes[i].part, s.takes[i].label = part, label
		}
	}
}

func (t *tracer) linksOf(v *adt.Vertex) []link {
	if known, ok := t.links[v]; ok {
		return known
	}
	v.Finalize(t.ctx)
	w := &linker{tracer: t, at: v}
	for c := range v.LeafConjuncts() {
		w.elements(c.Env)
		w.element(c.Env, c.Elem())
	}
	if shared := v.DerefValue(); shared != v {
		w.add(shared, asIs)
	}
	if d, ok := v.DerefValue().BaseValue.(*adt.Disjunction); ok {
		for _, one := range d.Values {
			if one, ok := one.(*adt.Vertex); ok {
				w.add(one, asIs)
			}
		}
	}
	t.links[v] = w.list
	return w.list
}
