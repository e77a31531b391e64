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
