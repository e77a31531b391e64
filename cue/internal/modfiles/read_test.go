package modfiles

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"cuelang.org/go/opm-cue/internal/rpc"
)

func files(texts ...string) fstest.MapFS {
	root := fstest.MapFS{}
	for i := 0; i < len(texts); i += 2 {
		root[texts[i]] = &fstest.MapFile{Data: []byte(texts[i+1])}
	}
	return root
}

// TestReadFaults holds every fault to what is said about it, each at its place.
func TestReadFaults(t *testing.T) {
	for _, test := range []struct {
		name, text string
		code       rpc.Code
		want       []string
	}{
		{"no language", "module: \"x.example@v0\"\n", rpc.Invalid, []string{"cue.mod/module.cue:1:1: no language version declared in module.cue: run 'opm mod fix'"}},
		{"empty", "", rpc.Invalid, []string{"cue.mod/module.cue: no module path: add module: \"example.com/name@v0\"", "cue.mod/module.cue: no language"}},
		{"language too new", "module: \"x.example@v0\"\nlanguage: version: \"v0.99.0\"\n", rpc.Invalid, []string{"cue.mod/module.cue:2:11: language version \"v0.99.0\" is too new for current language version \"v0.17.1\""}},
		{"language too early", "module: \"x.example@v0\"\nlanguage: version: \"v0.7.0\"\n", rpc.Invalid, []string{"cue.mod/module.cue:2:11: language version \"v0.7.0\" is too early"}},
		{"language short", "module: \"x.example@v0\"\nlanguage: version: \"v0.17\"\n", rpc.Invalid, []string{"cue.mod/module.cue:2:11: language version \"v0.17\" is not canonical: write v0.17.0"}},
		{"unknown fields", head + "foo: 1\nbar: 2\n", rpc.Invalid, []string{"cue.mod/module.cue:3:1: foo: field not allowed", "cue.mod/module.cue:4:1: bar: field not allowed"}},
		{"wrong major", head + "deps: {\n\t\"p.example@v1\": v: \"v0.1.0\"\n}\n", rpc.Invalid, []string{"cue.mod/module.cue:4:18: mismatched major version suffix in \"p.example@v1\" (version v0.1.0): write \"p.example@v0\", or a version of v1"}},
		{"versions that are none", head + "deps: {\n\t\"p.example@v0\": v: \"v0.1\"\n\t\"q.example@v1\": v: \"v1.0.0+b\"\n\t\"r.example@v1\": v: \"1.0.0\"\n\t\"s.example@v0\": default: true\n}\n", rpc.Invalid, []string{
			"cue.mod/module.cue:4:18: version \"v0.1\" (of module \"p.example@v0\") is not canonical: write a full version such as v0.1.0",
			"cue.mod/module.cue:5:18: version \"v1.0.0+b\" (of module \"q.example@v1\") is not canonical: write a full version such as v1.0.0",
			"cue.mod/module.cue:6:18: version \"1.0.0\" (of module \"r.example@v1\") is not well formed: write one such as v1.2.3",
			"cue.mod/module.cue:7:2: dependency \"s.example@v0\" has no version: add one, or remove it",
		}},
		{"own path", head + "deps: \"x.example@v0\": v: \"v0.1.0\"\n", rpc.Invalid, []string{"cue.mod/module.cue:3:7: the module requires itself"}},
		{"two defaults", head + "deps: \"p.example@v0\": {v: \"v0.1.0\", default: true}\ndeps: \"p.example@v1\": {v: \"v1.1.0\", default: true}\n", rpc.Invalid, []string{"cue.mod/module.cue:4:7: both \"p.example@v0\" and \"p.example@v1\" are the default for p.example"}},
		{"upper case", "module: \"X.example@v0\"\nlanguage: version: \"v0.17.0\"\ndeps: \"P.example@v0\": v: \"v0.1.0\"\n", rpc.Invalid, []string{"cue.mod/module.cue:1:1: malformed module path \"X.example@v0\": invalid char 'X'", "cue.mod/module.cue:3:7: malformed module path \"P.example@v0\": invalid char 'P'"}},
		{"path with full version", "module: \"x.example@v0.1.0\"\nlanguage: version: \"v0.17.0\"\n", rpc.Invalid, []string{"cue.mod/module.cue:1:1: "}},
		{"types", "module: 3\nlanguage: version: \"v0.17.0\"\nsource: kind: \"hg\"\ndescription: 4\n", rpc.Invalid, []string{"cue.mod/module.cue:1:9: module must be a string", "cue.mod/module.cue:3:15: source.kind must be \"self\" or \"git\"", "cue.mod/module.cue:4:14: description must be a string"}},
		{"conflict", "module: \"x.example@v0\"\nmodule: \"x.example@v1\"\nlanguage: version: \"v0.17.0\"\n", rpc.Invalid, []string{"cue.mod/module.cue:1:9: module: conflicting values"}},
		{"syntax", head + "deps: {\n", rpc.Invalid, []string{"cue.mod/module.cue:3:9: expected '}', found 'EOF'"}},
		{"no data", head + "deps: \"a.example@v0\": v: \"v0.1.0\" & string\n", rpc.Invalid, []string{"cue.mod/module.cue:3:26: expressions not allowed in data mode"}},
		{"import", "import \"strings\"\n" + head, rpc.Invalid, []string{"cue.mod/module.cue:1:1: imports not allowed in data mode"}},
		{"null version", head + "deps: \"a.example@v0\": v: null\n", rpc.Invalid, []string{"cue.mod/module.cue:3:26: deps.\"a.example@v0\".v: cannot use value null"}},
		{"source too early", "module: \"x.example@v0\"\nlanguage: version: \"v0.8.0\"\nsource: kind: \"self\"\ndeps: \"a.example@v0\": {v: \"v0.1.0\", replaceWith: \"../a\"}\n", rpc.Invalid, []string{"cue.mod/module.cue:3:1: source is not allowed at language version v0.8.0", "cue.mod/module.cue:4:37: replaceWith is not allowed"}},
		{"binary", "\x00\x01\xff", rpc.Invalid, []string{"cue.mod/module.cue:1:"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := Read(files(ModuleFile, test.text))
			failure, ok := errors.AsType[*rpc.Error](err)
			if !ok || failure.Code != test.code {
				t.Fatalf("got %#v", err)
			}
			for i, want := range test.want {
				if i >= len(failure.Diagnostics) {
					t.Fatalf("only %d findings: %+v", i, failure.Diagnostics)
				}
				d := failure.Diagnostics[i]
				if got := Place(d.Positions[0]) + ": " + d.Message; !strings.HasPrefix(got, want) {
					t.Errorf("got  %s\nwant %s", got, want)
				}
			}
			if len(failure.Diagnostics) > len(test.want) && test.name != "binary" {
				t.Errorf("more findings: %+v", failure.Diagnostics)
			}
		})
	}
}

func TestReadMissing(t *testing.T) {
	for _, test := range []struct {
		name  string
		files fstest.MapFS
		code  rpc.Code
	}{
		{"nothing", fstest.MapFS{}, rpc.NotFound},
		{"a file", files("cue.mod", "module: \"x\""), rpc.Invalid},
		{"a folder", files("cue.mod/module.cue/x", ""), rpc.Invalid},
		{"too large", files(ModuleFile, strings.Repeat("\n", sizeLimit+1)), rpc.Invalid},
	} {
		_, err := Read(test.files)
		if failure, ok := errors.AsType[*rpc.Error](err); !ok || failure.Code != test.code {
			t.Errorf("%s: %v", test.name, err)
		}
	}
}

func TestDescribe(t *testing.T) {
	text := "module: \"x.example/y\"\nlanguage: version: \"v0.17.0\"\ndescription: \"\"\nsource: kind: \"git\"\ndeps: {\n\t\"b.example@v1\": {\n\t\tdefault: true\n\t\tv: \"v1.0.0\"\n\t}\n\t\"a.example\": v: \"v0.1.0\"\n}\n"
	local := "deps: {\n\t\"a.example@v0\": {v: \"v0.1.0\", replaceWith: \"../a\"}\n\t\"c.example@v0\": replaceWith: \"../c\"\n}\n"
	module, err := Read(files(ModuleFile, text, LocalFile, local))
	if err != nil {
		t.Fatal(err)
	}
	d := module.Describe()
	if d.Path != "x.example/y@v0" || d.HasMajor || d.Major != "v0" || d.BasePath != "x.example/y" || d.Source != "git" || d.Description == nil || *d.Description != "" || !d.Local {
		t.Errorf("%+v", d)
	}
	want := []Dependency{
		{"a.example@v0", "v0.1.0", false, "../a", rpc.Position{File: ModuleFile, Line: 10, Column: 2}},
		{"b.example@v1", "v1.0.0", true, "", rpc.Position{File: ModuleFile, Line: 6, Column: 2}},
		{"c.example@v0", "", false, "../c", rpc.Position{File: LocalFile, Line: 3, Column: 2}},
	}
	if len(d.Dependencies) != len(want) {
		t.Fatalf("%+v", d.Dependencies)
	}
	for i := range want {
		if d.Dependencies[i] != want[i] {
			t.Errorf("got %+v, want %+v", d.Dependencies[i], want[i])
		}
	}
	_, err = Read(files(ModuleFile, text, LocalFile, "deps: \"z.example@v0\": default: true\nmodule: \"other.example@v0\"\n"))
	if err == nil || !strings.Contains(err.Error(), "cue.mod/local-module.cue:1:7: dependency \"z.example@v0\" has no version here or in module.cue") {
		t.Error(err)
	}
}
