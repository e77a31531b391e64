package routing

import (
	"reflect"
	"strings"
	"testing"

	"cuelang.org/go/opm-cue/internal/rpc"
)

func TestEvaluate(t *testing.T) {
	local := Entry{Registry: "localhost:5000"}
	tests := []struct {
		name, text string
		want       File
	}{
		{"nothing", ``, File{}},
		{"default", `defaultRegistry: registry: "localhost:5000"`, File{DefaultRegistry: &local}},
		{"JSON", `{"moduleRegistries":{"lib.test":{"registry":"localhost:5000"}}}`, File{ModuleRegistries: map[string]Entry{"lib.test": local}}},
		{"expressions", `
			_host: "localhost:5000"
			moduleRegistries: {for p in ["a.test", "b.test"] {(p): registry: _host}}`,
			File{ModuleRegistries: map[string]Entry{"a.test": local, "b.test": local}}},
		{"all fields", `moduleRegistries: "lib.test": {
				registry:      "h.test/mods"
				pathEncoding:  "hashAsTag"
				prefixForTags: "m-"
				stripPrefix:   false
			}`,
			File{ModuleRegistries: map[string]Entry{"lib.test": {"h.test/mods", "hashAsTag", "m-", false}}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := Evaluate([]byte(test.text), "inline")
			if err != nil || !reflect.DeepEqual(*got, test.want) {
				t.Fatalf("got %+v, %v; want %+v", got, err, test.want)
			}
		})
	}
}

func TestEvaluateRefuses(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"syntax", `defaultRegistry: {`, "inline:1:19"},
		{"unknown field", "\nfoo: 1", "inline:2:1: foo: field not allowed"},
		{"unknown encoding", `defaultRegistry: {registry: "a.test", pathEncoding: "x"}`, "pathEncoding"},
		{"no registry", `defaultRegistry: {}`, "registry"},
		{"conflict", `defaultRegistry: registry: "a.test", defaultRegistry: registry: "b.test"`, "conflicting values"},
		{"not concrete", `defaultRegistry: registry: string`, "string"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := Evaluate([]byte(test.text), "inline")
			e, ok := err.(*rpc.Error)
			if !ok || e.Code != rpc.Invalid || !strings.Contains(e.Message, test.want) {
				t.Fatalf("got %v; want invalid with %q", err, test.want)
			}
		})
	}
}
