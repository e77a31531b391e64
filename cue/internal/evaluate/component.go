package evaluate

import (
	"fmt"
	"slices"
	"strings"

	"cuelang.org/go/cue"

	"cuelang.org/go/opm-cue/internal/rpc"
)

// component is one of those of a release.
type component struct {
	id, path string
	value    cue.Value
	of       release
	// directives are those of the policies that are about it, by name.
	directives []string
}

// transform renders a component by each transformer that it has all requirements of. A component that none takes is a finding, a
// trait that none of them wants is a warning.
func (r *renderer) transform(c component, p provider, transformers []transformer, f *findings) ([]*object, error) {
	labels := c.value.LookupPath(cue.ParsePath("metadata.labels"))
	resources := memberNames(c.value, "resources")
	traits := memberNames(c.value, "traits")
	var objects []*object
	matched := false
	unused := map[string]bool{}
	for _, name := range traits {
		unused[name] = true
	}
	for _, t := range transformers {
		if !hasLabels(labels, t.labels, false) || !containsAll(resources, t.resources) || !containsAll(traits, t.traits) || !containsAll(c.directives, t.directives) {
			continue
		}
		matched = true
		for _, name := range append(t.traits, t.optionalTraits...) {
			delete(unused, name)
		}
		made, err := r.output(c, t, f)
		if err != nil {
			return nil, err
		}
		objects = append(objects, made...)
	}
	if !matched {
		f.add(rpc.Diagnostic{
			Check: checkEvaluation, Path: c.path, Positions: f.positionsOf(c.value),
			Message: fmt.Sprintf("no transformer of %s takes the component %s", p.name, c.id),
		})
	}
	if matched && len(unused) > 0 {
		names := make([]string, 0, len(unused))
		for name := range unused {
			names = append(names, name)
		}
		slices.Sort(names)
		r.warn("no transformer of %s uses %s of the component %s", p.name, strings.Join(names, ", "), c.id)
	}
	return objects, nil
}

// output gives a component and its context to a transformer.
func (r *renderer) output(c component, t transformer, f *findings) ([]*object, error) {
	filled := t.transform.FillPath(componentPath, c.value)
	filled = filled.FillPath(contextPath, r.contextFor(c, t))
	path := fmt.Sprintf("%s (%s)", c.path, t.name)
	value := filled.LookupPath(outputPath)
	if err := value.Err(); err != nil {
		f.addValueError(checkEvaluation, &object{path: path, value: value}, err)
		return nil, nil
	}
	if !value.Exists() {
		return nil, rpc.Errorf(rpc.Invalid, "the transformer %s has no output", t.name)
	}
	if looksLikeObject(value) {
		return []*object{{path: path, value: value, component: c.id}}, nil
	}
	made, err := elements(path, value)
	if err != nil {
		return nil, err
	}
	for _, o := range made {
		o.component = c.id
	}
	return made, nil
}

// memberNames returns the names in #resources or #traits, or in the same without #.
func memberNames(v cue.Value, field string) []string {
	if names := namesIn(v.LookupPath(cue.MakePath(cue.Def(field)))); names != nil {
		return names
	}
	return namesIn(v.LookupPath(cue.ParsePath(field)))
}

// hasLabels says whether labels have those that are required. Where they are open, one that has no value yet may still get it.
func hasLabels(labels cue.Value, required map[string]string, isOpen bool) bool {
	for name, want := range required {
		got, ok := textOf(labels.LookupPath(cue.MakePath(cue.Str(name))))
		if !ok && isOpen {
			continue
		}
		if !ok || got != want {
			return false
		}
	}
	return true
}

func containsAll(have, want []string) bool {
	for _, name := range want {
		if !slices.Contains(have, name) {
			return false
		}
	}
	return true
}
