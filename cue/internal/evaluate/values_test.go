package evaluate

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"
)

func TestBuildWithValues(t *testing.T) {
	const text = `package app

#config: {image: string | *"a", port: int | *80}
debugValues: port: 81
#resources: web: {apiVersion: "v1", kind: "Pod", metadata: name: "web", spec: {image: #config.image, port: #config.port}}
`
	own, embedded := moduleOf(text), platform("#x: kit.#Context")
	for _, test := range []struct {
		name   string
		module files
		values []string
		want   string
	}{
		{"debugValues", own, nil, "image: a\n  port: 81\n"},
		{"a file in their place", own, []string{"v.yaml: image: b\n"}, "image: b\n  port: 80\n"},
		{"files together", own, []string{"v.yaml: image: b\n", "w.json: {\"port\": 9}"}, "image: b\n  port: 9\n"},
		{"debugValues of what is embedded", embedded, nil, "image: nginx:1.29\n"},
		{"a file for what is embedded", embedded, []string{"v.cue: image: \"nginx:\\(_v)\"\n_v: \"9\"\n"}, "image: nginx:9\n"},
		{"files that disagree", own, []string{"v.yaml: image: b\n", "w.yaml: image: c\n"},
			"invalid: the module cannot be built|evaluation #config.image conflicting values \"c\" and \"b\" v.yaml:1 w.yaml:1"},
		{"what #config does not have", own, []string{"v.yaml: imag: b\n"}, "invalid: the values do not fit|evaluation #config.imag field not allowed v.yaml:1"},
		{"what #config does not have, of what is embedded", embedded, []string{"v.yaml: imag: b\n"}, "invalid: the values do not fit|evaluation #config.imag field not allowed v.yaml:1"},
		{"a list", own, []string{"v.yaml: [1]\n"}, "invalid: /"},
		{"two documents", own, []string{"v.yaml: a: 1\n---\nb: 2\n"}, "invalid: /"},
		{"broken YAML", own, []string{"v.yaml: a: [\n"}, "invalid: the module cannot be evaluated|evaluation  "},
		{"broken JSON", own, []string{"v.json: {\"a\": }"}, "invalid: the module cannot be evaluated|evaluation  "},
		{"broken CUE", own, []string{"v.cue: a: {"}, "invalid: the module cannot be evaluated|evaluation  "},
		{"another format", own, []string{"v.toml: a = 1"}, "invalid: /"},
		{"an import of a module", own, []string{"v.cue: import \"mini.test/kit@v0\"\nimage: kit.x\n"}, "invalid: the module cannot be"},
		{"no #config", moduleOf("package app\n#resources: {}\n"), []string{"v.yaml: a: 1\n"}, "invalid: the values of "},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newTestSource(t, test.module)
			params := BuildParams{Root: s.root}
			folder := t.TempDir()
			for _, value := range test.values {
				name, text, _ := cut(value)
				writeFiles(t, folder, files{name: text})
				params.Values = append(params.Values, filepath.Join(folder, name))
			}
			built, err := s.build(params)
			if err == nil {
				if got := bytes.Join(built.Text, nil); !bytes.Contains(got, []byte(test.want)) {
					t.Errorf("got %s", got)
				}
				return
			}
			if got := strings.Join(describe(built, err), "|"); !strings.HasPrefix(got, test.want) {
				t.Errorf("got %s", got)
			}
		})
	}
}

func TestMissingValues(t *testing.T) {
	s := newTestSource(t, moduleOf("package app\n#config: {}\n#resources: {}\n"))
	_, err := s.build(BuildParams{Root: s.root, Values: []string{filepath.Join(s.root, "none.yaml")}})
	if got := describe(nil, err); !strings.HasPrefix(got[0], "not-found: the file of values cannot be read: ") {
		t.Errorf("got %q", got)
	}
}
