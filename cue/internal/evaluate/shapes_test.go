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
			s := newTestSource(t, shapeOf(provider, context, "#context.name"))
			built, err := s.build(BuildParams{Root: s.root, Name: "demo"})
			if got := strings.Join(describe(built, err), "|"); got != "mode transform|ConfigMap/demo" {
				t.Errorf("got %s", got)
			}
		})
	}
}

func TestContextShapes(t *testing.T) {
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
			s := newTestSource(t, shapeOf("#Provider: #transformers: TRANSFORMERS", test.context, test.uses))
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
