package evaluate

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"cuelang.org/go/opm-cue/internal/rpc"
)

const (
	internaldbDep = "registry.test/internaldb@v0 v0.1.0"
	postgresDep   = "registry.test/postgres@v2 v2.0.0"
	kitDep        = "mini.test/kit@v0 v0.1.0"
	webDep        = "mini.test/web@v1 v1.0.0"
	platwebDep    = "mini.test/platweb@v0 v0.1.0"
)

// moduleOf is a module with one package.
func moduleOf(text string, deps ...string) files {
	return files{"cue.mod/module.cue": moduleFile("main.test/app@v0", deps...), "app.cue": text}
}

// consumer is a module that unifies the objects of internaldb with more.
func consumer(text string) files {
	return moduleOf("package app\n\nimport idb \"registry.test/internaldb@v0\"\n\n#resources: idb.#resources & {"+text+"}\n", internaldbDep, postgresDep)
}

// platform is a module that embeds platweb.
func platform(text string) files {
	return moduleOf("package app\n\nimport (\"mini.test/platweb@v0\", \"mini.test/kit@v0\")\n\nplatweb\n"+text+"\n", kitDep, webDep, platwebDep)
}

// describe has all that a test may expect: a line for each object, policy, warning, or finding.
func describe(built *Built, err error) []string {
	var failure *rpc.Error
	if errors.As(err, &failure) {
		lines := []string{string(failure.Code) + ": " + failure.Message}
		for _, d := range failure.Diagnostics {
			line := d.Check + " " + d.Path + " " + d.Message
			for _, p := range d.Positions {
				line += " " + place(p)
			}
			lines = append(lines, line)
		}
		return lines
	}
	if err != nil {
		return []string{err.Error()}
	}
	lines := []string{"mode " + built.Mode}
	for _, o := range built.Objects {
		lines = append(lines, strings.TrimSpace(fmt.Sprintf("%s/%s %s", o.Kind, o.Name, o.Namespace)))
	}
	for _, p := range built.Policies {
		lines = append(lines, fmt.Sprintf("policy %s %s of %s: %s, %d violations", p.Name, p.Mode, p.Origin, strings.Join(p.Objects, " "), len(p.Violations)))
	}
	return append(lines, built.Warnings...)
}

func TestBuild(t *testing.T) {
	source := newTestRegistry(t)
	const idb = "policy run-as-non-root block of registry.test/internaldb@v0.1.0: StatefulSet/postgres, 0 violations"
	for _, test := range []struct {
		name   string
		module files
		params BuildParams
		want   []string
		text   []string
	}{
		{"its own objects, with a policy that it applies", moduleOf(strings.Replace(internaldbText, "package internaldb", "package app", 1), postgresDep), BuildParams{},
			[]string{"mode objects", "Service/postgres", "StatefulSet/postgres", "policy run-as-non-root block of main.test/app@v0: StatefulSet/postgres, 0 violations"},
			[]string{"replicas: 3", "runAsNonRoot: true", "team: db"}},
		{"more than a policy asks for", consumer("statefulset: spec: template: spec: securityContext: fsGroup: 1"), BuildParams{},
			[]string{"mode objects", "Service/postgres", "StatefulSet/postgres", idb}, []string{"fsGroup: 1", "runAsNonRoot: true"}},
		{"against a policy", consumer("statefulset: spec: template: spec: securityContext: runAsNonRoot: false"), BuildParams{},
			[]string{"refused: the policy run-as-non-root of registry.test/internaldb@v0.1.0 is violated",
				"policy #resources.statefulset.spec.template.spec.securityContext.runAsNonRoot conflicting values true and false" +
					" internaldb.cue:6 internaldb.cue:7 internaldb.cue:8 internaldb.cue:10 internaldb.cue:10 app.cue:5 app.cue:5"}, nil},
		{"an expression", consumer(""), BuildParams{Expression: "[for r in #resources if r.kind == \"Service\" {r}]"},
			[]string{"mode raw", "Service/postgres", "policy run-as-non-root block of registry.test/internaldb@v0.1.0: , 0 violations"}, nil},
		{"an expression of no object", moduleOf("package app\na: b: [1, 2]\n"), BuildParams{Expression: "a.b[1]", Output: "json"}, []string{"mode raw", "/"}, []string{"[\n    2\n]\n"}},
		{"components", moduleOf(strings.Replace(platwebText, "package platweb", "package app", 1), kitDep, webDep), BuildParams{Namespace: "prod"},
			[]string{"mode transform", "Service/site prod", "Deployment/logger prod", "Deployment/site prod",
				"policy non-root block of main.test/app@v0: Deployment/logger Deployment/site, 0 violations"}, []string{"runAsNonRoot: true"}},
		{"a component more", platform("#components: extra: {kit.#Container, spec: container: {image: \"x\", env: {}}}"), BuildParams{},
			[]string{"mode transform", "Service/site default", "Deployment/extra default", "Deployment/logger default", "Deployment/site default",
				"policy non-root block of mini.test/platweb@v0.1.0: Deployment/extra Deployment/logger Deployment/site, 0 violations"}, nil},
		{"a component that nothing takes", platform("#components: odd: {kit.#Container, metadata: labels: \"kit/workload\": \"batch\", spec: container: {image: \"x\", env: {}}}"), BuildParams{},
			[]string{"invalid: the module cannot be built", "evaluation #components.odd no transformer of mini.test/kit@v0.kubernetes takes the component odd app.cue:6"}, nil},
		{"nothing", moduleOf("package app\na: 1\n"), BuildParams{},
			[]string{"invalid: the package app has nothing to render: neither #components nor objects in #resources, #objects or #manifests; name an expression with -e"}, nil},
		{"components without a provider", moduleOf("package app\n#components: a: {}\n"), BuildParams{},
			[]string{"invalid: the module has #components, but nothing that it imports has transformers for them: name the package of a provider with --provider"}, nil},
		{"an object that is not concrete", moduleOf("package app\n#resources: a: {apiVersion: \"v1\", kind: \"A\", metadata: name: \"a\", spec: image: string}\n"), BuildParams{},
			[]string{"invalid: the module cannot be built", "evaluation #resources.a.spec.image incomplete value string app.cue:2"}, nil},
		{"an object without a name", moduleOf("package app\nobjects: [{apiVersion: \"v1\", kind: \"A\"}]\n"), BuildParams{},
			[]string{"invalid: the module cannot be built", "evaluation objects[0] the object lacks metadata.name app.cue:2"}, nil},
		{"an object twice, in two versions", moduleOf("package app\nmanifests: {a: {apiVersion: \"x/v1\", kind: \"A\", metadata: name: \"a\"}, b: {apiVersion: \"x/v2\", kind: \"A\", metadata: name: \"a\"}}\n"), BuildParams{},
			[]string{"invalid: the module cannot be built", "evaluation manifests.b A/a is there twice, also as manifests.a app.cue:2"}, nil},
		{"a conflict without policies", moduleOf("package app\n#resources: a: 1\n#resources: a: 2\n"), BuildParams{},
			[]string{"invalid: the module cannot be built", "evaluation #resources.a conflicting values 2 and 1 app.cue:2 app.cue:3"}, nil},
		{"a version that module.cue does not list", moduleOf("package app\nimport idb \"registry.test/internaldb@v0\"\n#resources: idb.#resources\n", internaldbDep), BuildParams{},
			[]string{"invalid: the module cannot be loaded",
				"tidy  the module needs registry.test/postgres@v2.0.0 for the import of registry.test/postgres@v2, but cue.mod/module.cue does not list it: run opm mod tidy module.cue:0"}, nil},
		{"an import that nothing provides", moduleOf("package app\nimport \"lib.test/none@v0\"\n#resources: none\n"), BuildParams{},
			[]string{"invalid: the module cannot be loaded", "tidy  no module of cue.mod/module.cue provides the import \"lib.test/none@v0\": run opm mod tidy app.cue:2"}, nil},
		{"a version that no registry has", moduleOf("package app\nimport \"lib.test/gone@v0\"\n#resources: gone\n", "lib.test/gone@v0 v0.1.0"), BuildParams{},
			[]string{"not-found: the module lib.test/gone@v0.1.0 is not in its registry, or not visible to this user"}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := source(t, test.module)
			test.params.Root = s.root
			built, err := s.build(test.params)
			if got := describe(built, err); !slices.Equal(got, test.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(test.want, "\n"))
			}
			for _, part := range test.text {
				if built == nil || !bytes.Contains(bytes.Join(built.Text, nil), []byte(part)) {
					t.Errorf("the output lacks %q", part)
				}
			}
		})
	}
}

func TestBuildText(t *testing.T) {
	source := newTestRegistry(t)
	const text = `package app
objects: {
	b: {kind: "B", apiVersion: "v1", metadata: name: "b<&>"}
	a: {kind: "ConfigMap", apiVersion: "v1", metadata: {name: "a", namespace: "z"}}
	c: {kind: "ConfigMap", apiVersion: "v1", metadata: {name: "c", namespace: "y"}}
}
`
	for _, test := range []struct {
		name   string
		params BuildParams
		want   []string
	}{
		{"a stream of YAML", BuildParams{Output: "yaml"}, []string{
			"kind: ConfigMap\napiVersion: v1\nmetadata:\n  name: c\n  namespace: \"y\"\n",
			"---\nkind: ConfigMap\napiVersion: v1\nmetadata:\n  name: a\n  namespace: z\n",
			"---\nkind: B\napiVersion: v1\nmetadata:\n  name: b<&>\n"}},
		{"documents", BuildParams{Output: "yaml", Split: true}, []string{
			"kind: ConfigMap\napiVersion: v1\nmetadata:\n  name: c\n  namespace: \"y\"\n",
			"kind: ConfigMap\napiVersion: v1\nmetadata:\n  name: a\n  namespace: z\n",
			"kind: B\napiVersion: v1\nmetadata:\n  name: b<&>\n"}},
		{"an array", BuildParams{Output: "json", Expression: "[objects.b]"}, []string{
			"[\n    {\n        \"kind\": \"B\",\n        \"apiVersion\": \"v1\",\n        \"metadata\": {\n            \"name\": \"b<&>\"\n        }\n    }\n]\n"}},
		{"an empty array", BuildParams{Output: "json", Expression: "[]"}, []string{"[]\n"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := source(t, moduleOf(text))
			test.params.Root = s.root
			built, err := s.build(test.params)
			if err != nil {
				t.Fatal(err)
			}
			got := make([]string, len(built.Text))
			for i, part := range built.Text {
				got[i] = string(part)
				if i < len(built.Objects) && built.Objects[i].Bytes != len(part) {
					t.Errorf("object %d says %d bytes, not %d", i, built.Objects[i].Bytes, len(part))
				}
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got %q", got)
			}
			if raw := bytes.Join(built.Text, nil); test.params.Output == "json" && !json.Valid(raw) {
				t.Errorf("no JSON: %s", raw)
			}
		})
	}
}
