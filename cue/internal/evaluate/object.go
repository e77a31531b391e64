package evaluate

import (
	"cmp"
	"slices"
	"strings"

	"cuelang.org/go/cue"
	"cuelang.org/go/internal/core/adt"

	"cuelang.org/go/opm-cue/internal/rpc"
)

// object is something to print. In raw mode it may be no object of Kubernetes: then kind and apiVersion are empty.
type object struct {
	// path is where the module has it.
	path      string
	value     cue.Value
	component string
	// top is the object that is rendered and carries this one, at the place at; without at it is that itself.
	top *object
	at  []adt.Feature
	// made is the value as the module has it, before policies.
	made *adt.Vertex
	// isOpen says that what it lacks may still come.
	isOpen bool

	apiVersion, kind, name, namespace string
}

// title names the object for people.
func (o *object) title() string {
	title := o.kind
	if o.name != "" {
		title += "/" + o.name
	}
	if len(o.at) > 0 {
		title += " in " + o.top.title()
	}
	return title
}

var (
	apiVersionPath = cue.ParsePath("apiVersion")
	kindPath       = cue.ParsePath("kind")
	namePath       = cue.ParsePath("metadata.name")
	namespacePath  = cue.ParsePath("metadata.namespace")
)

// identify reads what the object is called. What is not there, or no text, is left empty; [renderer.check] tells.
func (o *object) identify() {
	o.apiVersion = stringAt(o.value, apiVersionPath)
	o.kind = stringAt(o.value, kindPath)
	o.name = stringAt(o.value, namePath)
	o.namespace = stringAt(o.value, namespacePath)
}

// valueAt returns what a value has at a path, by way of defaults where it has alternatives.
func valueAt(v cue.Value, path cue.Path) cue.Value {
	for _, selector := range path.Selectors() {
		v, _ = v.Default()
		v = v.LookupPath(cue.MakePath(selector))
	}
	return v
}

func stringAt(v cue.Value, path cue.Path) string {
	text, err := valueAt(v, path).String()
	if err != nil {
		return ""
	}
	return text
}

// looksLikeObject says whether a value is meant as an object of Kubernetes.
func looksLikeObject(v cue.Value) bool {
	return v.LookupPath(apiVersionPath).Exists() || v.LookupPath(kindPath).Exists()
}

// groupOf returns the group of an apiVersion: objects of two versions of a group are the same object.
func groupOf(apiVersion string) string {
	group, _, found := strings.Cut(apiVersion, "/")
	if !found {
		return ""
	}
	return group
}

// weights order kinds so that what others need comes first. The rest comes last.
var weights = map[string]int{
	"CustomResourceDefinition": -100,
	"Namespace":                0,
	"ServiceAccount":           5, "ClusterRole": 5, "Role": 5,
	"ClusterRoleBinding": 10, "RoleBinding": 10,
	"Secret": 15, "ConfigMap": 15,
	"StorageClass": 20, "PersistentVolume": 20, "PersistentVolumeClaim": 20,
	"Service":    50,
	"Deployment": 100, "StatefulSet": 100, "DaemonSet": 100, "ReplicaSet": 100, "Pod": 100,
	"Job": 110, "CronJob": 110,
	"Ingress": 150, "NetworkPolicy": 150,
	"HorizontalPodAutoscaler": 200, "PodDisruptionBudget": 200,
	"MutatingWebhookConfiguration": 500, "ValidatingWebhookConfiguration": 500,
}

const otherWeight = 1000

func (o *object) weight() int {
	if weight, ok := weights[o.kind]; ok {
		return weight
	}
	return otherWeight
}

// sortObjects orders objects by weight, namespace and name; the path decides between equals.
func sortObjects(objects []*object) {
	slices.SortStableFunc(objects, func(a, b *object) int {
		return cmp.Or(
			cmp.Compare(a.weight(), b.weight()),
			cmp.Compare(a.namespace, b.namespace),
			cmp.Compare(a.name, b.name),
			cmp.Compare(a.kind, b.kind),
			cmp.Compare(a.apiVersion, b.apiVersion),
		)
	})
}

// check refuses what is not concrete, has no name, or is there twice.
func (r *renderer) check(objects []*object) error {
	f := newFindings(r.source.root)
	byKey := map[string]*object{}
	for _, o := range objects {
		o.identify()
		if err := o.value.Validate(cue.Concrete(true)); err != nil {
			f.addValueError(checkEvaluation, o, err)
			continue
		}
		if r.params.Expression != "" && o.apiVersion == "" && o.kind == "" {
			continue
		}
		missing := o.missing()
		if o.isList() {
			missing = slices.DeleteFunc(missing, func(field string) bool { return field == "metadata.name" })
		}
		if len(missing) > 0 {
			f.addAt(o, "the object lacks %s", strings.Join(missing, ", "))
			continue
		}
		key := groupOf(o.apiVersion) + "\x00" + o.kind + "\x00" + o.namespace + "\x00" + o.name
		if other := byKey[key]; other != nil && o.name != "" {
			f.addAt(o, "%s is there twice, also as %s", o.title(), other.path)
			continue
		}
		byKey[key] = o
	}
	return f.rejection(rpc.Invalid, "the module cannot be built")
}

// isList says whether the object only carries others: such a one needs no name.
func (o *object) isList() bool {
	return strings.HasSuffix(o.kind, "List") && valueAt(o.value, cue.ParsePath("items")).IncompleteKind() == cue.ListKind
}

func (o *object) missing() []string {
	var list []string
	for _, field := range []struct{ name, value string }{{"apiVersion", o.apiVersion}, {"kind", o.kind}, {"metadata.name", o.name}} {
		if field.value == "" {
			list = append(list, field.name)
		}
	}
	return list
}
