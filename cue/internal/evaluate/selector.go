package evaluate

import (
	"fmt"
	"slices"
	"strings"

	"cuelang.org/go/cue"

	"cuelang.org/go/opm-cue/internal/rpc"
)

// selector has the conditions of a policy's appliesTo or match; an object must fulfil all.
type selector []func(o *object) bool

func (s selector) matches(o *object) bool {
	for _, condition := range s {
		if !condition(o) {
			return false
		}
	}
	return true
}

// lists are the conditions that name allowed texts: one of them must be the object's.
var lists = map[string]func(o *object) string{
	"kinds":       func(o *object) string { return o.kind },
	"apiVersions": func(o *object) string { return o.apiVersion },
	"names":       func(o *object) string { return o.name },
	"namespaces":  func(o *object) string { return o.namespace },
	"components":  func(o *object) string { return o.component },
}

// readSelector reads conditions: lists of texts, matchLabels, or in match a pattern of the object itself.
func readSelector(field string, value cue.Value, f *findings) selector {
	if field == "match" {
		return selector{func(o *object) bool { return fits(value, o.value) }}
	}
	fields, err := value.Fields()
	if err != nil {
		f.addError(checkPolicy, "", err)
		return nil
	}
	conditions := selector{}
	for fields.Next() {
		name := fields.Selector().Unquoted()
		condition, problem := readCondition(name, fields.Value())
		if problem != "" {
			f.add(rpc.Diagnostic{Check: checkPolicy, Path: fields.Value().Path().String(), Positions: f.positionsOf(fields.Value()), Message: problem})
			continue
		}
		conditions = append(conditions, condition)
	}
	return conditions
}

// fits says whether a value has everything that a pattern has. More of it is no obstacle, closed or not.
func fits(pattern, value cue.Value) bool {
	if !value.Exists() {
		return false
	}
	fields, err := pattern.Fields()
	if err != nil {
		return pattern.Subsume(value, cue.Final()) == nil
	}
	for fields.Next() {
		if !fits(fields.Value(), valueAt(value, cue.MakePath(fields.Selector()))) {
			return false
		}
	}
	return true
}

func readCondition(name string, value cue.Value) (condition func(o *object) bool, problem string) {
	if name == "matchLabels" || name == "labels" {
		labels, problem := readTexts(value)
		return func(o *object) bool {
			return hasLabels(valueAt(o.value, cue.ParsePath("metadata.labels")), labels, o.isOpen)
		}, problem
	}
	get := lists[name]
	if get == nil {
		names := []string{"matchLabels"}
		for known := range lists {
			names = append(names, known)
		}
		slices.Sort(names)
		return nil, fmt.Sprintf("a policy does not select by %s: use %s", name, strings.Join(names, ", "))
	}
	if value.IncompleteKind() == cue.ListKind && value.Validate(cue.Concrete(true)) != nil {
		return nil, fmt.Sprintf("the %s that a policy selects must be concrete", name)
	}
	allowed := namesIn(value)
	return func(o *object) bool {
		text := get(o)
		return slices.Contains(allowed, text) || text == "" && o.isOpen && name != "components"
	}, ""
}

func readTexts(value cue.Value) (map[string]string, string) {
	texts := map[string]string{}
	fields, err := value.Fields()
	for err == nil && fields.Next() {
		text, ok := textOf(fields.Value())
		if !ok {
			return nil, fmt.Sprintf("the label %s that a policy selects by must be concrete", fields.Selector())
		}
		texts[fields.Selector().Unquoted()] = text
	}
	return texts, ""
}
