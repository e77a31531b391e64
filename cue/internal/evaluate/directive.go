package evaluate

import (
	"cuelang.org/go/cue"
	"cuelang.org/go/internal/core/adt"
	"cuelang.org/go/internal/value"
)

// componentsOf returns the components of a release. What directives say about one, in the policies that name it or its labels, is
// unified with its spec.
func componentsOf(one release) ([]component, error) {
	fields, err := one.components.Fields()
	if err != nil {
		return nil, err
	}
	var list []component
	for fields.Next() {
		c := component{id: fields.Selector().Unquoted(), path: one.path + "." + fields.Selector().String(), value: fields.Value(), of: one}
		for _, field := range policyFields {
			policies, err := one.value.LookupPath(cue.ParsePath(field)).Fields()
			for err == nil && policies.Next() {
				c.direct(policies.Value())
			}
		}
		list = append(list, c)
	}
	return list, nil
}

// direct adds the directives of a policy that is about the component.
func (c *component) direct(policy cue.Value) {
	names := memberNames(policy, "directives")
	if len(names) == 0 || !c.isNamedBy(policy.LookupPath(cue.ParsePath("appliesTo"))) {
		return
	}
	c.directives = append(c.directives, names...)
	if spec := policy.LookupPath(cue.ParsePath("spec")); spec.Exists() {
		ctx := value.OpContext(spec)
		more := openGraft([]adt.Feature{adt.MakeStringLabel(ctx, "spec")}, value.Vertex(spec).ToDataAll(ctx))
		c.value, _ = unifyAt(c.value, []graft{more})
	}
}

// isNamedBy says whether a policy applies to the component: by its labels, its name, or itself in a list.
func (c *component) isNamedBy(appliesTo cue.Value) bool {
	if labels := appliesTo.LookupPath(cue.ParsePath("matchLabels")); labels.Exists() {
		required, problem := readTexts(labels)
		if problem == "" && hasLabels(c.value.LookupPath(cue.ParsePath("metadata.labels")), required, false) {
			return true
		}
	}
	items, err := appliesTo.LookupPath(cue.ParsePath("components")).List()
	for err == nil && items.Next() {
		name := stringAt(items.Value(), namePath)
		if text, ok := textOf(items.Value()); ok {
			name = text
		}
		if name != "" && (name == c.id || name == stringAt(c.value, namePath)) {
			return true
		}
	}
	return false
}
