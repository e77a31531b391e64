package evaluate

import (
	"fmt"

	"cuelang.org/go/cue"
)

// release is what is rendered under a name: the module itself, or a module that a release names.
type release struct {
	// path is where its components are.
	path       string
	value      cue.Value
	components cue.Value
	// isNamed says that it has a name, a namespace and an identity of its own.
	isNamed bool
}

var (
	releasesPath = cue.ParsePath("releases")
	modulePath   = cue.MakePath(cue.Def("module"))
)

// releases returns what the package renders by transformers: its #components, the components of the release of a module, or of
// each release of a bundle.
func (r *renderer) releases() []release {
	if components := r.root.LookupPath(componentsPath); components.Exists() {
		return []release{{"#components", r.root, components, false}}
	}
	if one, ok := asRelease("", r.root); ok {
		return []release{one}
	}
	var list []release
	fields, err := r.root.LookupPath(releasesPath).Fields()
	for err == nil && fields.Next() {
		if one, ok := asRelease("releases."+fields.Selector().String()+".", fields.Value()); ok {
			list = append(list, one)
		}
	}
	return list
}

// asRelease reads the release of a module, which has what is to be rendered as components.
func asRelease(path string, v cue.Value) (release, bool) {
	components := v.LookupPath(cue.ParsePath("components"))
	return release{path + "components", v, components, true}, components.Exists() && v.LookupPath(modulePath).Exists()
}

// describe says what is rendered: the module under a name, in a namespace.
func (r *renderer) describe(one release) map[string]any {
	metadata := func(field string) string { return stringAt(one.value, cue.ParsePath("metadata."+field)) }
	of := one.value
	defaultIn := "defaultNamespace"
	if one.isNamed {
		of = one.value.LookupPath(modulePath)
		defaultIn = "namespace"
	}
	name := firstText(r.params.Name, metadata("name"), r.inst.PkgName)
	namespace := firstText(r.params.Namespace, metadata(defaultIn), defaultNamespace)
	fqn := firstText(stringAt(of, cue.ParsePath("metadata.fqn")), r.inst.ImportPath)
	described := metadataOf(one.value, name)
	described["name"], described["namespace"], described["fqn"] = name, namespace, fqn
	described["version"] = firstText(stringAt(of, cue.ParsePath("metadata.version")), "0.0.0")
	described["uuid"] = nameUUID(fmt.Sprintf("%s:%s:%s", fqn, name, namespace))
	if uuid := metadata("uuid"); one.isNamed && uuid != "" && r.params.Name+r.params.Namespace == "" {
		described["uuid"] = uuid
	}
	return described
}

func firstText(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}
