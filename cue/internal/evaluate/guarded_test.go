package evaluate

import (
	"bytes"
	"strings"
	"testing"
)

func TestVetOfWhatIsTaken(t *testing.T) {
	source := newTestRegistry(t)
	for name, text := range map[string]string{
		"a spec":           `resources: own: ` + server + `spec: db.resources.server.spec & {` + off + `}}`,
		"an item":          `resources: all: {apiVersion: "v1", kind: "List", metadata: name: "all", items: [db.resources.server & {spec: ` + off + `}]}`,
		"a text":           `resources: own: {apiVersion: "v1", kind: "ConfigMap", metadata: name: "own", data: a: json.Marshal(db.resources.server)}`,
		"a part elsewhere": `resources: own: ` + strange + `spec: containers: db.resources.server.spec.template.spec.containers}`,
	} {
		t.Run(name, func(t *testing.T) {
			s := source(t, consumerOf(text))
			result, err := s.vet(VetParams{Root: s.root, Packages: []string{"."}})
			if err != nil {
				t.Fatal(err)
			}
			if len(result.Policies) != 1 || result.Policies[0].Name != "nonroot" || len(result.Policies[0].Violations) == 0 {
				t.Errorf("got %+v", result.Policies)
			}
		})
	}
}

// TestComponentsAround takes parts of a component, which a policy of its module is about.
func TestComponentsAround(t *testing.T) {
	source := newTestRegistry(t)
	const component = "package app\nimport (\n\"mini.test/kit@v0\"\n\"mini.test/platweb@v0\"\n)\n#components: mine: {kit.#Container, metadata: name: \"mine\", "
	for _, test := range []struct{ name, text, want string }{
		{"the spec of another", component + "spec: platweb.#components.logger.spec}\n", "runAsNonRoot: true"},
		{"the spec of another, by a hidden field", component + "spec: _x.spec}\n_x: platweb.#components.logger\n", "runAsNonRoot: true"},
		{"its container", component + "spec: container: platweb.#components.site.spec.container}\n", "runAsNonRoot: true"},
		{"its environment", component + "spec: container: {image: \"i\", env: platweb.#components.site.spec.container.env}}\n", ""},
		{"a release of the module", "package app\nimport \"mini.test/platweb@v0\"\nmetadata: {name: \"r\", namespace: \"n\"}\n#module: platweb\ncomponents: #module.#components\n", "runAsNonRoot: true"},
		{"a release among others", "package app\nimport \"mini.test/platweb@v0\"\nreleases: one: {metadata: {name: \"r\", namespace: \"n\"}, #module: platweb, components: #module.#components}\n", "runAsNonRoot: true"},
		{"its image", component + "spec: container: {image: platweb.#components.site.spec.container.image, env: {}}}\n", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := source(t, moduleOf(test.text, kitDep, webDep, "mini.test/platweb@v0 v0.1.0"))
			built, err := s.build(BuildParams{Root: s.root})
			if err != nil {
				t.Fatal(strings.Join(describe(built, err), "\n"))
			}
			if text := bytes.Join(built.Text, nil); bytes.Contains(text, []byte("runAsNonRoot")) != (test.want != "") {
				t.Errorf("got\n%s", text)
			}
		})
	}
}

// TestGuardedObjects has objects in various forms in the module with the policy.
func TestGuardedObjects(t *testing.T) {
	source := newTestRegistry(t)
	const policy = "#policies: nonroot: {appliesTo: kinds: [\"StatefulSet\"], constrain: spec: template: spec: securityContext: runAsNonRoot: true}\n"
	const object = "{apiVersion: \"apps/v1\", kind: \"StatefulSet\", metadata: name: \"\\(#config.name)-db\", spec: {serviceName: #config.name, template: spec: containers: [{name: #config.name, image: \"a\"}]}}\n"
	for name, test := range map[string][2]string{
		"required config":                 {"#config: name!: string\n" + policy + "resources: server: " + object, "resources: own: " + strange + "spec: (guard & {#config: name: \"x\"}).resources.server.spec}"},
		"open config":                     {"#config: name: string\n" + policy + "resources: server: " + object, "resources: own: " + strange + "spec: (guard & {#config: name: \"x\"}).resources.server.spec}"},
		"list":                            {"#config: name: \"n\"\n" + policy + "objects: [" + object + "]\n", "resources: own: " + strange + "spec: guard.objects[0].spec}"},
		"list by comprehension":           {"#config: name: \"n\"\n" + policy + "objects: [" + object + "]\n", "objects: [for o in guard.objects {" + strange + "spec: o.spec}}]"},
		"definitions":                     {"#config: name: \"n\"\n" + policy + "#resources: server: " + object, "resources: own: " + strange + "spec: guard.#resources.server.spec}"},
		"by comprehension in the module":  {"#config: name: \"n\"\n" + policy + "_names: [\"a\", \"b\"]\nresources: {for n in _names {(n): " + strings.TrimSpace(strings.Replace(object, "#config.name)-db", "n)", 1)) + "}}\n", "resources: own: " + strange + "spec: guard.resources.b.spec}"},
		"if condition in the module":      {"#config: {name: \"n\", on: bool | *false}\n" + policy + "resources: {if #config.on {server: " + strings.TrimSpace(object) + "}}\n", "resources: own: " + strange + "spec: (guard & {#config: on: true}).resources.server.spec}"},
		"kind by config":                  {"#config: {name: \"n\", kind: *\"Deployment\" | \"StatefulSet\"}\n" + policy + "resources: server: " + strings.Replace(object, "\"StatefulSet\"", "#config.kind", 1), "resources: own: " + strange + "spec: (guard & {#config: kind: \"StatefulSet\"}).resources.server.spec}"},
		"in a definition with parameters": {policy + "#Server: {#name: string, object: {apiVersion: \"apps/v1\", kind: \"StatefulSet\", metadata: name: #name, spec: template: spec: containers: [{name: #name}]}}\n", "resources: own: " + strange + "spec: (guard.#Server & {#name: \"a\"}).object.spec}"},
		"deep":                            {"#config: name: \"n\"\n" + policy + "apps: main: objects: server: " + object, "resources: own: " + strange + "spec: guard.apps.main.objects.server.spec}"},
	} {
		t.Run(name, func(t *testing.T) {
			s := source(t, files{"cue.mod/module.cue": moduleFile("main.test/app@v0"), "guard/guard.cue": "package guard\n" + test[0], "app.cue": "package app\nimport \"main.test/app/guard\"\n" + test[1] + "\n"})
			built, err := s.build(BuildParams{Root: s.root})
			if err != nil {
				t.Fatal(strings.Join(describe(built, err), "\n"))
			}
			if text := bytes.Join(built.Text, nil); !bytes.Contains(text, []byte("runAsNonRoot: true")) {
				t.Errorf("not held:\n%s", text)
			}
		})
	}
}
