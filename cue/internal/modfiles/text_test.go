package modfiles

import (
	"strings"
	"testing"

	"cuelang.org/go/mod/modfile"
)

const head = "module: \"x.example@v0\"\nlanguage: version: \"v0.17.0\"\n"

func dep(version string) *modfile.Dep { return &modfile.Dep{Version: version} }

// TestWithDeps changes files that are written in every legal way: dependency a to v0.2.0, b removed, c added as default.
func TestWithDeps(t *testing.T) {
	want := map[string]*modfile.Dep{
		"a.example@v0": dep("v0.2.0"),
		"c.example@v1": {Version: "v1.0.0", Default: true},
	}
	for _, test := range []struct{ name, before, after string }{
		{
			name:   "as cue writes it",
			before: "module: \"x.example@v0\"\nlanguage: {\n\tversion: \"v0.17.0\"\n}\ndeps: {\n\t\"a.example@v0\": {\n\t\tv: \"v0.1.0\"\n\t}\n\t\"b.example@v0\": {\n\t\tv: \"v0.1.0\"\n\t}\n}\n",
			after:  "module: \"x.example@v0\"\nlanguage: {\n\tversion: \"v0.17.0\"\n}\ndeps: {\n\t\"a.example@v0\": {\n\t\tv: \"v0.2.0\"\n\t}\n\t\"c.example@v1\": {\n\t\tv:       \"v1.0.0\"\n\t\tdefault: true\n\t}\n}\n",
		},
		{
			name:   "with comments and a description",
			before: "// Head.\nmodule: \"x.example@v0\" // path\n" + "language: version: \"v0.17.0\"\ndescription: \"what\"\n\n// All.\ndeps: {\n\t// A.\n\t\"a.example@v0\": v: \"v0.1.0\" // a\n\n\t// B\n\t// more B.\n\t\"b.example@v0\": v: \"v0.1.0\" // b\n\n\t// Free.\n}\ncustom: \"y.example\": {a: 1}\n",
			after:  "// Head.\nmodule: \"x.example@v0\" // path\n" + "language: version: \"v0.17.0\"\ndescription: \"what\"\n\n// All.\ndeps: {\n\t// A.\n\t\"a.example@v0\": v: \"v0.2.0\" // a\n\t\"c.example@v1\": {\n\t\tv:       \"v1.0.0\"\n\t\tdefault: true\n\t}\n\n\t// Free.\n}\ncustom: \"y.example\": {a: 1}\n",
		},
		{
			name:   "without braces",
			before: head + "deps: \"a.example@v0\": v: \"v0.1.0\"\n// b\ndeps: \"b.example@v0\": v: \"v0.1.0\"\nsource: kind: \"self\"\n",
			after:  head + "deps: \"a.example@v0\": v: \"v0.2.0\"\ndeps: \"c.example@v1\": {\n\tv:       \"v1.0.0\"\n\tdefault: true\n}\nsource: kind: \"self\"\n",
		},
		{
			name:   "in one line",
			before: head + "deps: {\"a.example@v0\": {v: \"v0.1.0\"}, \"b.example@v0\": v: \"v0.1.0\", }\n",
			after:  head + "deps: {\"a.example@v0\": {v: \"v0.2.0\"}, \"c.example@v1\": {v: \"v1.0.0\", default: true}, }\n",
		},
		{
			name:   "all on the line of the brace",
			before: head + "deps: {\"a.example@v0\": v: \"v0.1.0\",\n\t\"b.example@v0\": v: \"v0.1.0\"}\n",
			after:  head + "deps: {\"a.example@v0\": v: \"v0.2.0\", \"c.example@v1\": {v: \"v1.0.0\", default: true},\n\t}\n",
		},
		{
			name:   "in pieces",
			before: head + "deps: \"b.example@v0\": default: true\ndeps: {\n  \"a.example@v0\": v: \"v0.1.0\"\n  \"a.example@v0\": {default: true, v: \"v0.1.0\"}\n}\ndeps: \"b.example@v0\": v: \"v0.1.0\"\n",
			after:  head + "deps: {\n  \"a.example@v0\": v: \"v0.2.0\"\n  \"a.example@v0\": {v: \"v0.2.0\"}\n  \"c.example@v1\": {\n  \tv:       \"v1.0.0\"\n  \tdefault: true\n  }\n}\n",
		},
		{
			name:   "embedded and quoted",
			before: "{\n" + head + "\"deps\": {{\"b.example@v0\": \"v\": \"v0.1.0\"}}\n}\n",
			after:  "{\n" + head + "\"deps\": {\"a.example@v0\": {v: \"v0.2.0\"}, \"c.example@v1\": {v: \"v1.0.0\", default: true}, {}}\n}\n",
		},
		{
			name:   "strings over lines, escapes, attributes",
			before: head + "deps: {\n\t\"a\\u002eexample@v0\": v: \"\"\"\n\t\tv0.1.0\n\t\t\"\"\" @x(y)\n}\n@z()\n",
			after:  head + "deps: {\n\t\"a\\u002eexample@v0\": v: \"v0.2.0\" @x(y)\n\t\"c.example@v1\": {\n\t\tv:       \"v1.0.0\"\n\t\tdefault: true\n\t}\n}\n@z()\n",
		},
		{
			name:   "paths without major",
			before: head + "deps: {\n\t\"a.example\": v:    \"v0.1.0\"\n\t\"b.example@v0\": v: \"v0.1.0\"\n\t\"a.example@v0\": v: \"v0.1.0\"\n}\n",
			after:  head + "deps: {\n\t\"a.example@v0\": v: \"v0.2.0\"\n\t\"c.example@v1\": {\n\t\tv:       \"v1.0.0\"\n\t\tdefault: true\n\t}\n}\n",
		},
		{
			name:   "Windows line breaks, no last one",
			before: "module: \"x.example@v0\"\r\nlanguage: version: \"v0.17.0\"\r\ndeps: {\r\n\t\"a.example@v0\": v: \"v0.1.0\"\r\n}",
			after:  "module: \"x.example@v0\"\r\nlanguage: version: \"v0.17.0\"\r\ndeps: {\r\n\t\"a.example@v0\": v: \"v0.2.0\"\r\n\t\"c.example@v1\": {\r\n\t\tv:       \"v1.0.0\"\r\n\t\tdefault: true\r\n\t}\r\n}",
		},
		{
			name:   "no deps",
			before: "\ufeff" + head + "custom: {\n\t\"z.example\": a: 1 // z\n}\n// end",
			after:  "\ufeff" + head + "deps: {\n\t\"a.example@v0\": {\n\t\tv: \"v0.2.0\"\n\t}\n\t\"c.example@v1\": {\n\t\tv:       \"v1.0.0\"\n\t\tdefault: true\n\t}\n}\ncustom: {\n\t\"z.example\": a: 1 // z\n}\n// end",
		},
		{
			name:   "empty deps",
			before: head + "deps: {\n\t// none\n}",
			after:  head + "deps: {\n\t// none\n\t\"a.example@v0\": {\n\t\tv: \"v0.2.0\"\n\t}\n\t\"c.example@v1\": {\n\t\tv:       \"v1.0.0\"\n\t\tdefault: true\n\t}\n}",
		},
		{
			name:   "default that is not the first",
			before: head + "deps: \"c.example@v1\": v: \"v1.0.0\" // why\ndeps: \"a.example@v0\": {default: false, v: \"v0.2.0\"}\n",
			after:  head + "deps: \"c.example@v1\": {\n\tv:       \"v1.0.0\"\n\tdefault: true\n} // why\ndeps: \"a.example@v0\": {default: false, v: \"v0.2.0\"}\n",
		},
		{
			name:   "other lines are aligned by their neighbours",
			before: head + "deps: {\n\t\"a.example@v0\":     v: \"v0.2.0\"\n\t\"b.example/abc@v0\": v: \"v0.1.0\"\n}\n",
			after:  head + "deps: {\n\t\"a.example@v0\":     v: \"v0.2.0\"\n\t\"c.example@v1\": {\n\t\tv:       \"v1.0.0\"\n\t\tdefault: true\n\t}\n}\n",
		},
		{
			name:   "a name that is no string",
			before: head + "deps: {}\nl: 1\n",
			after:  "",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := WithDeps([]byte(test.before), &modfile.File{
				Module: "x.example@v0", Language: &modfile.Language{Version: "v0.17.0"}, Deps: want,
			})
			if test.after == "" {
				if err == nil {
					t.Fatalf("no error, but\n%s", got)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if string(got) != test.after {
				t.Errorf("got\n%s\nwant\n%s", got, test.after)
			}
			again, err := WithDeps(got, &modfile.File{Deps: want})
			if err != nil || string(again) != string(got) {
				t.Errorf("a second time: %v\n%s", err, again)
			}
		})
	}
}

func TestWithDepsEmpties(t *testing.T) {
	for _, test := range []struct{ name, before, after string }{
		{"field", head + "deps: {\n\t// b\n\t\"b.example@v0\": {\n\t\tv: \"v0.1.0\"\n\t}\n}\n", head},
		{"without braces", head + "deps: \"b.example@v0\": v: \"v0.1.0\"\n", head},
		{"comment on deps", head + "\n// What it needs.\ndeps: {\n\t\"b.example@v0\": v: \"v0.1.0\"\n}\n", head + "\n// What it needs.\ndeps: {}\n"},
		{"comment in deps", head + "deps: {\n\t// Say why.\n\n\t\"b.example@v0\": v: \"v0.1.0\" // b\n}\n", head + "deps: {\n\t// Say why.\n}\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := WithDeps([]byte(test.before), &modfile.File{})
			if err != nil {
				t.Fatal(err)
			}
			if string(got) != test.after {
				t.Errorf("got\n%s\nwant\n%s", got, test.after)
			}
		})
	}
}

func TestWithLocalDeps(t *testing.T) {
	base, err := modfile.ParseNonStrict([]byte(head+"deps: {\n\"a.example@v0\": v: \"v0.1.0\"\n\"b.example@v0\": {v: \"v0.1.0\", default: true}\n}\n"), ModuleFile)
	if err != nil {
		t.Fatal(err)
	}
	want := &modfile.File{Deps: map[string]*modfile.Dep{
		"a.example@v0": {Version: "v0.1.0", ReplaceWith: "../a"},
		"b.example@v0": {Version: "v0.1.0", Default: true},
		"c.example@v0": {Version: "v0.3.0"},
	}}
	for _, test := range []struct{ name, before, after string }{
		{"new", "", "deps: {\n\t\"a.example@v0\": {\n\t\treplaceWith: \"../a\"\n\t}\n\t\"b.example@v0\": {}\n\t\"c.example@v0\": {\n\t\tv: \"v0.3.0\"\n\t}\n}\n"},
		{
			"changed",
			"deps: {\n\t// Here.\n\t\"a.example@v0\": replaceWith: \"../b\"\n\t\"d.example@v0\": v: \"v0.1.0\"\n}\n",
			"deps: {\n\t// Here.\n\t\"a.example@v0\": replaceWith: \"../a\"\n\t\"b.example@v0\": {}\n\t\"c.example@v0\": v: \"v0.3.0\"\n}\n",
		},
		{
			"what module.cue has already",
			"deps: {\n\t\"a.example@v0\": {v: \"v0.1.0\", replaceWith: \"../a\"}\n\t\"b.example@v0\": {\n\t\tv:       \"v0.1.0\" // as there\n\t\tdefault: true\n\t}\n\t\"c.example@v0\": v: \"v0.3.0\"\n}\n",
			"deps: {\n\t\"a.example@v0\": {replaceWith: \"../a\"}\n\t\"b.example@v0\": {}\n\t\"c.example@v0\": v: \"v0.3.0\"\n}\n",
		},
		{
			"in several places",
			"deps: \"a.example@v0\": {v: \"v0.1.0\", replaceWith: \"../a\"} // x\ndeps: \"b.example@v0\": replaceWith: \"../b\"\ndeps: \"c.example@v0\": v: \"v0.3.0\"\n",
			"deps: \"a.example@v0\": {replaceWith: \"../a\"} // x\ndeps: \"b.example@v0\": {}\ndeps: \"c.example@v0\": v: \"v0.3.0\"\n",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			var before []byte
			if test.before != "" {
				before = []byte(test.before)
			}
			got, err := WithLocalDeps(before, want, base)
			if err != nil {
				t.Fatal(err)
			}
			if string(got) != test.after {
				t.Errorf("got\n%s\nwant\n%s", got, test.after)
			}
			if _, err := modfile.ParseLocal(got, LocalFile, base); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestWithDepsEveryStyle holds that the result says what it should for all combinations of styles.
func TestWithDepsEveryStyle(t *testing.T) {
	entries := []string{
		"\"%s\": v: \"%s\"", "\"%s\": {v: \"%s\"}", "\"%s\": {\n\t\tv: \"%s\"\n\t}", "\"%s\": {\n\t\t// in\n\t\tv: \"%s\", default: false // v\n\t}",
		"\"%s\": {v: \"%s\"\n\t}", "\"%s\": v: #\"%s\"#", "\"%s\": {\"v\": \"%s\",}", "// \"\"\"\n\t\"%s\": v: \"%s\"",
	}
	frames := []string{"deps: {\n\t%s\n\t%s\n}\n", "deps: {%s, %s}\n", "deps: %s\ndeps: %s\n", "deps: {\n\t%s,\n\n\t%s,\n}\n", "deps: {\n\t// f\n\n\t%s\n}\n\n\ndeps: {%s}", "deps: {%s\n\t%s}\n"}
	wants := []map[string]*modfile.Dep{
		{},
		{"a.example@v0": dep("v0.1.0")},
		{"b.example@v0": dep("v0.1.0")},
		{"a.example@v0": dep("v0.2.0"), "b.example@v0": {Version: "v0.1.0", Default: true}},
		{"a.example@v0": {Version: "v0.1.0", Default: true}, "aa.example@v0": dep("v0.1.0"), "b.example@v0": dep("v0.1.0"), "c.example@v0": {Version: "v0.1.0", Default: true}},
		{"0.example@v0": dep("v0.1.0"), "z.example@v12": dep("v12.0.0-rc.1")},
	}
	fill := func(style, path string) string {
		return strings.Replace(strings.Replace(style, "%s", path, 1), "%s", "v0.1.0", 1)
	}
	count := 0
	for _, frame := range frames {
		for _, first := range entries {
			for _, second := range entries {
				text := head + strings.Replace(strings.Replace(frame, "%s", fill(first, "a.example@v0"), 1), "%s", fill(second, "b.example@v0"), 1)
				if _, err := modfile.ParseNonStrict([]byte(text), ModuleFile); err != nil {
					continue
				}
				count++
				for _, want := range wants {
					got, err := inPlace(ModuleFile, []byte(text), func(d *document) error { return d.setDeps(want, nil) })
					if err != nil {
						t.Fatalf("%v\n%s", err, text)
					}
					file, err := modfile.ParseNonStrict(got, ModuleFile)
					if err != nil {
						t.Fatalf("%v\n%s\n--- became\n%s", err, text, got)
					}
					if !SameDeps(file.Deps, want) {
						t.Fatalf("wrong deps\n%s\n--- became\n%s", text, got)
					}
				}
			}
		}
	}
	if count < 100 {
		t.Errorf("only %d texts are legal", count)
	}
}
