package evaluate

import (
	"bytes"
	"strings"
	"testing"
)

// shapeOf is a module with one component, and a transformer whose context is declared in some form. uses is what of it names the object.
func shapeOf(provider, context, uses string) files {
	return moduleOf(`package app

` + strings.ReplaceAll(provider, "TRANSFORMERS", `{"x.test/one@v0": {
	requiredLabels?: [string]: string
	requiredResources: "x.test/container@v0": _
	requiredTraits: {}
	#transform: {
		#component: _
		#context: `+context+`
		output: {apiVersion: "v1", kind: "ConfigMap", metadata: name: "\(`+uses+`)", data: image: #component.spec.image}
	}
}}`) + `
#components: web: {
	metadata: {name: "web", labels: tier: "front"}
	#resources: "x.test/container@v0": {}
	spec: image: "nginx"
}
`)
}

func TestProviderShapes(t *testing.T) {
	source := newTestRegistry(t)
	const context = `{name: string, ...}`
	for _, provider := range []string{
		"provider: transformers: TRANSFORMERS",
		"#transformers: TRANSFORMERS",
		"#Provider: #transformers: TRANSFORMERS",
		"#Schema: {kind: \"Provider\", #transformers: [string]: {#transform: {...}, ...}, ...}\n#Provider: #Schema & {#transformers: TRANSFORMERS}",
		"_provider: #transformers: TRANSFORMERS",
		"#defines: transformers: TRANSFORMERS",
	} {
		t.Run(provider, func(t *testing.T) {
			s := source(t, shapeOf(provider, context, "#context.name"))
			built, err := s.build(BuildParams{Root: s.root, Name: "demo"})
			if got := strings.Join(describe(built, err), "|"); got != "mode transform|ConfigMap/demo" {
				t.Errorf("got %s", got)
			}
		})
	}
}

func TestContextShapes(t *testing.T) {
	source := newTestRegistry(t)
	for _, test := range []struct{ context, uses, want string }{
		{"_", "#context.name", "demo"},
		{"_", "#context.#componentMetadata.name", "web"},
		{"{...}", "#context.namespace", "apps"},
		{"close({#moduleReleaseMetadata: {name!: string, namespace!: string, fqn: string, version: string, uuid: string, labels?: [string]: string}, #runtimeName!: string})", "#context.#moduleReleaseMetadata.namespace", "apps"},
		{"#Context\n#Context: {#moduleReleaseMetadata: {name!: string}, #componentMetadata: {name!: string, labels?: [string]: string}, #runtimeName!: string, both: \"\\(#moduleReleaseMetadata.name)-\\(#componentMetadata.name)-\\(#componentMetadata.labels.tier)-\\(#runtimeName)\"}", "#context.both", "demo-web-front-opm"},
		{"#Context\n#Context: {#moduleInstanceMetadata: name: string}", "#context.#moduleInstanceMetadata.name", "demo"},
		{"#Context\n#Context: {_moduleReleaseMetadata: {name: string}, _#runtimeName: string, both: \"\\(_moduleReleaseMetadata.name)-\\(_#runtimeName)\"}", "#context.both", "demo-opm"},
		{"#Context\n#Context: {\"#componentMetadata\": {name: string}}", "#context.\"#componentMetadata\".name", "web"},
		{"#Context\n#Context: {release: {name!: string, namespace!: string}, component?: name?: string}", "#context.release.namespace", "apps"},
		{"#Context\n#Context: {name: string}", "#context.name", "demo"},
	} {
		t.Run(test.context, func(t *testing.T) {
			s := source(t, shapeOf("#Provider: #transformers: TRANSFORMERS", test.context, test.uses))
			built, err := s.build(BuildParams{Root: s.root, Name: "demo", Namespace: "apps"})
			if got := strings.Join(describe(built, err), "|"); got != "mode transform|ConfigMap/"+test.want {
				t.Fatalf("got %s", got)
			}
			if !bytes.Contains(bytes.Join(built.Text, nil), []byte("image: nginx")) {
				t.Error("the component is not in the output")
			}
		})
	}
}

// releasesText is a kit with releases, bundles of them, and policies with directives.
const releasesText = `package app

#Release: {
	kind: "Release"
	metadata: {name!: string, namespace!: string, uuid: "u-\(name)"}
	#module: {...}
	values: _
	let module = #module & {#config: values}
	components: module.#components
}
#Backup: {metadata: name: string, appliesTo: {...}, #directives: "x.test/backup@v1": {}, spec: close({backup: {schedule: string, keep: int | *7}})}
_shop: {
	metadata: {name: "shop", fqn: "x.test/shop:1.2.0", version: "1.2.0"}
	#config: image: string
	#components: web: {
		metadata: {name: "web", labels: port: 80}
		#resources: "x.test/container@v0": {}
		spec: close({image: #config.image})
	}
}
#Provider: #transformers: {
	"x.test/one@v0": {
		requiredResources: "x.test/container@v0": _
		requiredLabels: port: 80
		#transform: {
			#component: _
			#context: close({#moduleReleaseMetadata: {name: string, namespace: string, uuid: string, version: string, fqn: string}})
			output: {apiVersion: "v1", kind: "ConfigMap", metadata: {name: #context.#moduleReleaseMetadata.name, namespace: #context.#moduleReleaseMetadata.namespace}
				data: {image: #component.spec.image, of: "\(#context.#moduleReleaseMetadata.uuid) \(#context.#moduleReleaseMetadata.fqn) \(#context.#moduleReleaseMetadata.version)"}}
		}
	}
	"x.test/two@v0": {
		requiredDirectives: "x.test/backup@v1": _
		#transform: {
			#component: _
			#context: _
			output: {apiVersion: "v1", kind: "Schedule", metadata: name: #component.metadata.name, spec: #component.spec.backup}
		}
	}
}
`

func TestReleases(t *testing.T) {
	source := newTestRegistry(t)
	for _, test := range []struct {
		name, text string
		params     BuildParams
		want       string
		output     []string
	}{
		{"of a module", "#Release\nmetadata: {name: \"a\", namespace: \"n\"}\n#module: _shop\nvalues: image: \"nginx\"", BuildParams{},
			"mode transform|ConfigMap/a n", []string{"of: u-a x.test/shop:1.2.0 1.2.0", "image: nginx"}},
		{"under another name", "#Release\nmetadata: {name: \"a\", namespace: \"n\"}\n#module: _shop\nvalues: image: \"nginx\"", BuildParams{Name: "b", Namespace: "m"},
			"mode transform|ConfigMap/b m", []string{"x.test/shop:1.2.0 1.2.0"}},
		{"of a bundle", "releases: {for n in [\"x\", \"y\"] {(n): #Release & {metadata: {name: \"all-\\(n)\", namespace: n}, #module: _shop, values: image: n}}}", BuildParams{},
			"mode transform|ConfigMap/all-x x|ConfigMap/all-y y", []string{"image: x", "image: \"y\"", "u-all-x"}},
		{"with a directive for a component in a list", "#components: _shop.#components\n_shop: #config: image: \"i\"\n#policies: b: #Backup & {metadata: name: \"b\", appliesTo: components: [#components.web], spec: backup: schedule: \"@daily\"}", BuildParams{},
			"mode transform|ConfigMap/app default|Schedule/web", []string{"schedule: '@daily'", "keep: 7"}},
		{"with a directive by labels", "#components: _shop.#components\n_shop: #config: image: \"i\"\n#policies: b: #Backup & {metadata: name: \"b\", appliesTo: matchLabels: port: 80, spec: backup: {schedule: \"@daily\", keep: 2}}", BuildParams{},
			"mode transform|ConfigMap/app default|Schedule/web", []string{"keep: 2"}},
		{"with a directive for others", "#components: _shop.#components\n_shop: #config: image: \"i\"\n#policies: b: #Backup & {metadata: name: \"b\", appliesTo: components: [\"db\"], spec: backup: schedule: \"@daily\"}", BuildParams{},
			"mode transform|ConfigMap/app default", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := source(t, moduleOf(releasesText+test.text+"\n"))
			test.params.Root = s.root
			built, err := s.build(test.params)
			if got := strings.Join(describe(built, err), "|"); got != test.want {
				t.Fatalf("got\n%s\nwant\n%s", got, test.want)
			}
			text := bytes.Join(built.Text, nil)
			for _, part := range test.output {
				if !bytes.Contains(text, []byte(part)) {
					t.Errorf("lacks %q:\n%s", part, text)
				}
			}
		})
	}
}
