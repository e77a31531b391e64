package evaluate

import (
	"fmt"
	"strings"

	"cuelang.org/go/cue"
	"cuelang.org/go/internal/core/adt"
	"cuelang.org/go/internal/value"
)

// withCarried returns objects and those that they carry, however deep: the items of lists, and what other kinds have in resources,
// manifests or templates.
func withCarried(objects []*object) []*object {
	var all []*object
	for _, o := range objects {
		o.top = o
		all = append(all, o)
		c := newCarrier(value.OpContext(o.value), o)
		c.descend(finalVertex(c.ctx, value.Vertex(o.value)), nil, itemKind(o))
		all = append(all, c.found...)
	}
	return all
}

// carrier looks for the objects in one that is rendered.
type carrier struct {
	ctx   *adt.OpContext
	top   *object
	kind  adt.Feature
	found []*object
}

func newCarrier(ctx *adt.OpContext, top *object) *carrier {
	return &carrier{ctx: ctx, top: top, kind: adt.MakeStringLabel(ctx, "kind")}
}

// descend goes through fields and elements. item is what the elements of items are, where those of a typed list do not say it.
func (c *carrier) descend(v *adt.Vertex, at []adt.Feature, item *object) {
	for _, arc := range v.Arcs {
		if !isRendered(arc) {
			continue
		}
		below := append(at[:len(at):len(at)], arc.Label)
		part := finalVertex(c.ctx, arc)
		if part.Kind() == adt.ListKind && item != nil && arc.Label.SelectorString(c.ctx) == "items" {
			c.items(part, below, item)
			continue
		}
		c.visit(arc, part, below, nil)
	}
}

func (c *carrier) items(list *adt.Vertex, at []adt.Feature, item *object) {
	for _, arc := range list.Arcs {
		c.visit(arc, finalVertex(c.ctx, arc), append(at[:len(at):len(at)], arc.Label), item)
	}
}

func (c *carrier) visit(arc, part *adt.Vertex, at []adt.Feature, item *object) {
	if !isComposite(part) {
		return
	}
	if item == nil && part.Lookup(c.kind) == nil {
		c.descend(part, at, nil)
		return
	}
	o := &object{path: c.top.path + pathText(c.ctx, at), value: value.Make(c.ctx, arc), component: c.top.component, top: c.top, at: at}
	o.identify()
	if item != nil && o.apiVersion == "" {
		o.apiVersion = item.apiVersion
	}
	if item != nil && o.kind == "" {
		o.kind = item.kind
	}
	var inner *object
	if o.kind != "" && o.apiVersion != "" && c.isObject(part) {
		c.found = append(c.found, o)
		inner = itemKind(o)
	}
	c.descend(part, at, inner)
}

// isObject tells an object from a reference to one, which has names and selectors only.
func (c *carrier) isObject(v *adt.Vertex) bool {
	for _, arc := range v.Arcs {
		if isRendered(arc) && isComposite(finalVertex(c.ctx, arc)) && !isSelector(arc.Label.SelectorString(c.ctx)) {
			return true
		}
	}
	return false
}

// itemKind returns what the items of a list are: those of a DeploymentList need not say that they are Deployments.
func itemKind(o *object) *object {
	kind, found := strings.CutSuffix(o.kind, "List")
	if !found {
		return nil
	}
	if kind == "" {
		return &object{}
	}
	return &object{apiVersion: o.apiVersion, kind: kind}
}

// isSelector says whether a field looks for objects by their labels.
func isSelector(field string) bool {
	return strings.HasSuffix(strings.ToLower(strings.Trim(field, `"`)), "selector")
}

func isRendered(arc *adt.Vertex) bool { return arc.Label.IsRegular() && arc.ArcType == adt.ArcMember }

func isComposite(v *adt.Vertex) bool { return v.Kind() == adt.StructKind || v.Kind() == adt.ListKind }

// finalVertex returns where the fields of a value are, that of the default where there is one.
func finalVertex(ctx *adt.OpContext, v *adt.Vertex) *adt.Vertex {
	v.Finalize(ctx)
	return v.DerefValue().Default().DerefValue()
}

func pathText(ctx *adt.OpContext, at []adt.Feature) string {
	var text strings.Builder
	for _, label := range at {
		if label.IsInt() {
			fmt.Fprintf(&text, "[%d]", label.Index())
		} else {
			text.WriteString("." + label.SelectorString(ctx))
		}
	}
	return text.String()
}

// selectorsOf makes a path of labels.
func selectorsOf(ctx *adt.OpContext, at []adt.Feature) cue.Path {
	selectors := make([]cue.Selector, len(at))
	for i, label := range at {
		if label.IsInt() {
			selectors[i] = cue.Index(label.Index())
		} else {
			selectors[i] = cue.Str(label.StringValue(ctx))
		}
	}
	return cue.MakePath(selectors...)
}
