package evaluate

import (
	"slices"
	"strings"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/build"

	"cuelang.org/go/opm-cue/internal/rpc"
)

var (
	componentsPath   = cue.MakePath(cue.Def("components"))
	transformerNames = []string{"#transformers", "transformers"}
	transformPath    = cue.MakePath(cue.Def("transform"))
	componentPath    = cue.MakePath(cue.Def("component"))
	contextPath      = cue.MakePath(cue.Def("context"))
	outputPath       = cue.ParsePath("output")
)

// transformer makes objects of the components that have what it requires.
type transformer struct {
	name           string
	transform      cue.Value
	labels         map[string]string
	resources      []string
	traits         []string
	optionalTraits []string
	directives     []string
}

// provider is a set of transformers that a package has.
type provider struct {
	// name says where it is, for people.
	name         string
	transformers cue.Value
}

func (r *renderer) transformedObjects() ([]*object, error) {
	releases := r.releases()
	if len(releases) == 0 {
		return nil, rpc.Errorf(rpc.Invalid, "the package %s has no #components to transform", r.inst.PkgName)
	}
	p, err := r.findProvider()
	if err != nil {
		return nil, err
	}
	transformers, err := readTransformers(p)
	if err != nil {
		return nil, err
	}
	for _, one := range releases {
		found, err := componentsOf(one)
		if err != nil {
			return nil, r.invalid(err)
		}
		r.components = append(r.components, found...)
	}
	f := newFindings(r.source.root)
	var objects []*object
	for _, c := range r.components {
		made, err := r.transform(c, p, transformers, f)
		if err != nil {
			return nil, err
		}
		objects = append(objects, made...)
	}
	return objects, f.rejection(rpc.Invalid, "the module cannot be built")
}

// findProvider looks for transformers in the package that was named, else in the root package and in what it imports.
func (r *renderer) findProvider() (provider, error) {
	candidates := append([]*build.Instance{r.inst}, r.inst.Dependencies()...)
	if r.provider != nil {
		candidates = []*build.Instance{r.provider}
	}
	var found []provider
	for _, inst := range candidates {
		value := r.root
		if inst != r.inst {
			value = r.ctx.BuildInstance(inst)
		}
		found = append(found, providersIn(inst, value)...)
	}
	if len(found) == 1 {
		return found[0], nil
	}
	if r.provider != nil && len(found) == 0 {
		return provider{}, rpc.Errorf(rpc.Invalid, "%s has no transformers: name the package of a provider with --provider", r.params.Provider)
	}
	if len(found) == 0 {
		return provider{}, rpc.Errorf(rpc.Invalid, "the module has #components, but nothing that it imports has transformers for them: "+
			"name the package of a provider with --provider")
	}
	names := make([]string, len(found))
	for i, p := range found {
		names[i] = p.name
	}
	slices.Sort(names)
	return provider{}, rpc.Errorf(rpc.Invalid, "the module has more than one provider of transformers (%s): choose one with --provider", strings.Join(names, ", "))
}

// providersIn returns the transformers that a package has at its top, or one field below. Definitions and hidden fields are looked
// into where the package writes transformers itself: those of others may be large schemas.
func providersIn(inst *build.Instance, value cue.Value) []provider {
	var list []provider
	if transformers, ok := transformersOf(value); ok {
		list = append(list, provider{inst.ImportPath, transformers})
	}
	var options []cue.Option
	if writes(inst, transformerNames...) {
		options = append(options, cue.Definitions(true), cue.Hidden(true))
	}
	fields, err := value.Fields(options...)
	for err == nil && fields.Next() {
		if transformers, ok := transformersOf(fields.Value()); ok && !slices.Contains(transformerNames, fields.Selector().String()) {
			list = append(list, provider{inst.ImportPath + "." + fields.Selector().String(), transformers})
		}
	}
	return list
}

// transformersOf returns the transformers of a value. A schema of transformers has none.
func transformersOf(value cue.Value) (cue.Value, bool) {
	for _, name := range transformerNames {
		transformers := value.LookupPath(cue.ParsePath(name))
		if fields, err := transformers.Fields(); err == nil && fields.Next() && fields.Value().LookupPath(transformPath).Exists() {
			return transformers, true
		}
	}
	return cue.Value{}, false
}

func readTransformers(p provider) ([]transformer, error) {
	fields, err := p.transformers.Fields()
	if err != nil {
		return nil, err
	}
	var list []transformer
	for fields.Next() {
		value := fields.Value()
		t := transformer{name: fields.Selector().Unquoted(), transform: value.LookupPath(transformPath), labels: map[string]string{}}
		if labels, err := value.LookupPath(cue.ParsePath("requiredLabels")).Fields(); err == nil {
			for labels.Next() {
				text, ok := textOf(labels.Value())
				if !ok {
					return nil, rpc.Errorf(rpc.Invalid, "the transformer %s of %s requires the label %s without saying its value", t.name, p.name, labels.Selector())
				}
				t.labels[labels.Selector().Unquoted()] = text
			}
		}
		t.resources = namesIn(value.LookupPath(cue.ParsePath("requiredResources")))
		t.traits = namesIn(value.LookupPath(cue.ParsePath("requiredTraits")))
		t.optionalTraits = namesIn(value.LookupPath(cue.ParsePath("optionalTraits")))
		t.directives = namesIn(value.LookupPath(cue.ParsePath("requiredDirectives")))
		list = append(list, t)
	}
	return list, nil
}

// namesIn returns the texts of a list, or the names of the fields of a map.
func namesIn(value cue.Value) []string {
	var names []string
	if items, err := value.List(); err == nil {
		for items.Next() {
			if text, err := items.Value().String(); err == nil {
				names = append(names, text)
			}
		}
		return names
	}
	fields, err := value.Fields()
	for err == nil && fields.Next() {
		names = append(names, fields.Selector().Unquoted())
	}
	return names
}
