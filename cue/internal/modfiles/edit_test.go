package modfiles

import (
	"encoding/json"
	"strings"
	"testing"

	"cuelang.org/go/mod/modfile"
)

func TestEdit(t *testing.T) {
	const text = "// What.\nmodule: \"x.example@v0\" // path\nlanguage: version: \"v0.17.0\"\ndeps: {\n\t// A.\n\t\"a.example@v0\": v: \"v0.1.0\"\n\t\"a.example@v1\": {v: \"v1.0.0\", default: true}\n}\n"
	const local = "deps: {\n\t\"a.example@v0\": replaceWith: \"../a\" // here\n\t\"a.example@v1\": {}\n}\n"
	for _, test := range []struct{ name, edits, module, local string }{
		{"nothing", `{}`, "", ""},
		{"module", `{"module": "y.example@v1"}`, strings.Replace(text, "x.example@v0", "y.example@v1", 1), ""},
		{"source", `{"source": "git"}`, strings.Replace(text, "deps:", "source: kind:      \"git\"\ndeps:", 1), ""},
		{"no source", `{"source": null, "description": null}`, "", ""},
		{"language", `{"language": "current"}`, strings.Replace(text, "v0.17.0", "v0.17.1", 1), ""},
		{"description", `{"description": "It's \"it\"."}`, strings.Replace(text, "deps:", "description: \"It's \\\"it\\\".\"\ndeps:", 1), ""},
		{"long description", `{"description": "one\ntwo"}`, strings.Replace(text, "deps:", "description: \"\"\"\n\tone\n\ttwo\n\t\"\"\"\ndeps:", 1), ""},
		{"require", `{"require": [{"path": "a.example@v0", "version": "v0.2.0", "default": true}]}`, "// What.\nmodule: \"x.example@v0\" // path\nlanguage: version: \"v0.17.0\"\ndeps: {\n\t// A.\n\t\"a.example@v0\": {\n\t\tv:       \"v0.2.0\"\n\t\tdefault: true\n\t}\n\t\"a.example@v1\": {v: \"v1.0.0\"}\n}\n", ""},
		{"require in a local view", `{"require": [{"path": "b.example", "version": "v0.2.0"}]}`, strings.Replace(text, "}\n}", "}\n\t\"b.example@v0\": v: \"v0.2.0\"\n}", 1), strings.Replace(local, "{}\n", "{}\n\t\"b.example@v0\": {}\n", 1)},
		{"drop", `{"drop": ["a.example@v1", "none.example@v0"]}`, strings.Replace(text, "\t\"a.example@v1\": {v: \"v1.0.0\", default: true}\n", "", 1), strings.Replace(local, "\t\"a.example@v1\": {}\n", "", 1)},
		{"drop what is replaced", `{"drop": ["a.example@v0"]}`, strings.Replace(text, "\t// A.\n\t\"a.example@v0\": v: \"v0.1.0\"\n", "", 1), ""},
		{"replace", `{"replace": [{"path": "a.example@v1", "with": "b.example@v0"}]}`, "", strings.Replace(local, "{}\n", "{replaceWith: \"b.example@v0\"}\n", 1)},
		{"drop replacement", `{"dropReplace": ["a.example@v0"]}`, "", "remove"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var edits Edits
			if err := json.Unmarshal([]byte(test.edits), &edits); err != nil {
				t.Fatal(err)
			}
			var localText []byte
			if strings.Contains(test.name, "repla") || test.local != "" {
				localText = []byte(local)
			}
			result, err := Edit([]byte(text), localText, edits)
			if err != nil {
				t.Fatal(err)
			}
			if string(result.Module) != test.module {
				t.Errorf("module\n%s\nwant\n%s", result.Module, test.module)
			}
			if got := string(result.Local); got != strings.TrimPrefix(test.local, "remove") || result.RemoveLocal != (test.local == "remove") {
				t.Errorf("local\n%s\nwant\n%s", got, test.local)
			}
		})
	}
}

func TestEditRepairs(t *testing.T) {
	result, err := Edit([]byte("module: \"x.example\"\ndeps: \"a.example@v1\": v: \"v0.1.0\"\n"), nil, Edits{
		Language: "v0.9.0", Drop: []string{"a.example@v1"}, Require: []Requirement{{Path: "a.example@v0", Version: "v0.1.0"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if want := "module: \"x.example\"\nlanguage: {\n\tversion: \"v0.9.0\"\n}\ndeps: {\n\t\"a.example@v0\": {\n\t\tv: \"v0.1.0\"\n\t}\n}\n"; string(result.Module) != want {
		t.Errorf("got\n%s\nwant\n%s", result.Module, want)
	}
}

func TestEditRefuses(t *testing.T) {
	for edits, want := range map[string]string{
		`{"module": "Upper.example"}`: "invalid char 'U'",
		`{"source": "hg"}`:            `unrecognized source kind "hg"`,
		`{"language": "v0.99.0"}`:     "too new",
		`{"require": [{"path": "a.example@v1", "version": "v0.1.0"}]}`:       "mismatched major",
		`{"require": [{"path": "a.example@v1", "version": ""}]}`:             "needs a version",
		`{"require": [{"path": "x.example@v0", "version": "v0.1.0"}]}`:       "requires itself",
		`{"drop": ["a.example"]}`:                                            "no module path with a major",
		`{"replace": [{"path": "a.example@v1", "with": "b.example@v1.2"}]}`:  "invalid version",
		`{"replace": [{"path": "a.example", "with": "../b"}]}`:               "no module path with a major",
		`{"require": [{"path": "a.example@v1", "version": "v1.0.0+build"}]}`: "not canonical",
	} {
		var parsed Edits
		if err := json.Unmarshal([]byte(edits), &parsed); err != nil {
			t.Fatal(err)
		}
		if _, err := Edit([]byte(head), nil, parsed); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", edits, err)
		}
	}
}

// TestEditCanonical holds files that cue wrote to the bytes that cue would write.
func TestEditCanonical(t *testing.T) {
	text, err := Init("x.example", "self", "")
	if err != nil {
		t.Fatal(err)
	}
	if want := "module: \"x.example\"\nlanguage: {\n\tversion: \"v0.17.1\"\n}\nsource: {\n\tkind: \"self\"\n}\n"; string(text) != want {
		t.Errorf("init wrote\n%s", text)
	}
	result, err := Edit(text, nil, Edits{Require: []Requirement{{Path: "a.example@v0", Version: "v0.1.0"}}})
	if err != nil {
		t.Fatal(err)
	}
	file, err := modfile.ParseNonStrict(result.Module, ModuleFile)
	if err != nil {
		t.Fatal(err)
	}
	if want, err := modfile.Format(file); err != nil || string(want) != string(result.Module) {
		t.Errorf("got\n%s\nwant\n%s", result.Module, want)
	}
	for _, bad := range [][3]string{{"Bad", "", ""}, {"x.example", "hg", ""}, {"x.example", "", "v0.99.0"}, {"", "", ""}} {
		if text, err := Init(bad[0], bad[1], bad[2]); err == nil {
			t.Errorf("%v gives\n%s", bad, text)
		}
	}
}

// TestFix compares with what cue's library makes of the same file.
func TestFix(t *testing.T) {
	for _, text := range []string{
		"", "module: \"\"\n", "module: \"x.example\"\n", "module: \"x.example@v1\"\nfoo: {a: 1, b: [1, \"x\"]}\n",
		"// Head.\nmodule: \"x.example\" // p\n// Foo.\nfoo: bar: 1\n\nlist: [\n\t1, // one\n]\n",
		"module: \"x.example\"\nsource: kind: \"self\" // c\ndeps: \"a.example@v0\": v: \"v0.1.0\"\n",
		"// Only this.\n", "foo: \"\"\"\n\t// a\n\tb\n\t\"\"\" // c\nmodule: \"x.example\"\n",
		"{\n\tmodule: \"x.example\" // x\n}\n", "module: \"x.example\", foo: 1 // x\n", "language: {} // l\n",
	} {
		want, err := modfile.FixLegacy([]byte(text), ModuleFile)
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		wanted, err := modfile.Format(want)
		if err != nil {
			t.Fatal(err)
		}
		got, err := Fix([]byte(text))
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		file, err := modfile.ParseNonStrict(got, ModuleFile)
		if err != nil {
			t.Fatalf("%q gives %q: %v", text, got, err)
		}
		if again, err := modfile.Format(file); err != nil || string(again) != string(wanted) {
			t.Errorf("%q gives\n%s\nwant\n%s", text, got, wanted)
		}
		if len(comments([]byte(text))) > len(comments(got)) && !strings.ContainsAny(text[:1], "{") && !strings.Contains(text, ", foo") {
			t.Errorf("%q loses comments:\n%s", text, got)
		}
	}
	for _, text := range []string{"module: 3\n", "module: {\n", "language: version: \"v0.99.0\"\nmodule: \"x.example\"\n", head + "foo: 1\n"} {
		if got, err := Fix([]byte(text)); err == nil {
			t.Errorf("%q gives\n%s", text, got)
		}
	}
	if got, err := Fix([]byte(head + "// x\n")); err != nil || string(got) != head+"// x\n" {
		t.Errorf("%v\n%s", err, got)
	}
}
