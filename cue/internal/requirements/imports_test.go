package requirements

import (
	"fmt"
	"strings"
	"testing"

	"cuelang.org/go/internal/mod/modload"

	"cuelang.org/go/opm-cue/internal/rpc"
)

func TestImports(t *testing.T) {
	registry := serve(t, library)
	folder, root := write(t,
		"cue.mod/module.cue", moduleText("x.test@v0", "lib.test/base@v1 v1.1.0", "lib.test/base@v2 v2.0.0", "lib.test/left@v0 v0.1.0", "lib.test/base/deep@v0 v0.1.0"),
		"cue.mod/pkg/old.test/y/y.cue", "package y\n",
		"x.cue", "package x\n\nimport (\n\t\"strings\"\n\tb \"lib.test/base/sub@v1\"\n\t\"lib.test/left\"\n\t\"x.test/sub:other\"\n)\n\nimport \"old.test/y\"\n",
		"sub/s_test.cue", "package other\nimport \"lib.test/base/deep@v0\"\nimport \"lib.test/base\"\nimport \"none.test/a@v3\"\n",
	)
	found, err := Imports(callContext(t), folder, root, func() (modload.Registry, error) { return registry, nil })
	if err != nil {
		t.Fatal(err)
	}
	lines := []string{}
	for _, i := range found {
		lines = append(lines, fmt.Sprintf("%s:%d:%d %s %s", i.Position.File, i.Position.Line, i.Position.Column, i.Import, i.Module))
	}
	want := `sub/s_test.cue:2:8 lib.test/base/deep@v0 lib.test/base/deep@v0
sub/s_test.cue:3:8 lib.test/base 
sub/s_test.cue:4:8 none.test/a@v3 
x.cue:4:2 strings 
x.cue:5:4 lib.test/base/sub@v1 lib.test/base@v1
x.cue:6:2 lib.test/left lib.test/left@v0
x.cue:7:2 x.test/sub:other x.test@v0
x.cue:10:8 old.test/y `
	if got := strings.Join(lines, "\n"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestImportsNested tells modules apart whose paths are of one another by what they have.
func TestImportsNested(t *testing.T) {
	registry := serve(t, []published{
		{"lib.test/a@v1.0.0", "", map[string]string{"b/c/c.cue": "package c\n"}},
		{"lib.test/a/b@v1.0.0", "", map[string]string{"d/d.cue": "package d\n"}},
	})
	folder, root := write(t, "cue.mod/module.cue", moduleText("x.test@v0", "lib.test/a@v1 v1.0.0", "lib.test/a/b@v1 v1.0.0"),
		"x.cue", "package x\nimport \"lib.test/a/b/c@v1\"\nimport \"lib.test/a/b/d@v1\"\nimport \"lib.test/a/b/none@v1\"\n")
	asked := 0
	found, err := Imports(callContext(t), folder, root, func() (modload.Registry, error) { asked++; return registry, nil })
	if err != nil {
		t.Fatal(err)
	}
	if found[0].Module != "lib.test/a@v1" || found[1].Module != "lib.test/a/b@v1" || found[2].Module != "lib.test/a/b@v1" || asked != 3 {
		t.Errorf("%+v, asked %d times", found, asked)
	}
}

func TestRewriteImports(t *testing.T) {
	const text = "// Head.\npackage x\n\nimport   (\n\t\"lib.test/base@v1\" // base\n  b \"lib.test/base/sub@v1:sub\"\n\t\"lib.test/base\", \"lib.test/basement@v1\"\n\t\"lib.test/base@v2\"\n\t\"lib.test/base/deep\"\n\t#\"lib.test/base@v1\"#\n)\nx : \"lib.test/base@v1\"   // not this\n"
	for _, test := range []struct{ name, deps, from, to, want string }{
		{"major", "lib.test/base@v1 v1.0.0, lib.test/base/deep@v0 v0.1.0", "lib.test/base@v1", "lib.test/base@v3", strings.NewReplacer(
			"\t\"lib.test/base@v1\" //", "\t\"lib.test/base@v3\" //", "sub@v1:sub", "sub@v3", "\"lib.test/base\",", "\"lib.test/base@v3\",", "#\"lib.test/base@v1\"#", "\"lib.test/base@v3\"").Replace(text)},
		{"path", "lib.test/base@v1 v1.0.0, lib.test/base/deep@v0 v0.1.0", "lib.test/base@v1", "other.test/new@v1", strings.NewReplacer(
			"\t\"lib.test/base@v1\" //", "\t\"other.test/new@v1:base\" //", "lib.test/base/sub@v1:sub", "other.test/new/sub@v1", "\"lib.test/base\",", "\"other.test/new@v1:base\",", "#\"lib.test/base@v1\"#", "\"other.test/new@v1:base\"").Replace(text)},
		{"another major is what is meant", "lib.test/base@v2 v2.0.0, lib.test/base/deep@v0 v0.1.0", "lib.test/base@v1", "lib.test/base@v3", strings.NewReplacer(
			"\t\"lib.test/base@v1\" //", "\t\"lib.test/base@v3\" //", "sub@v1:sub", "sub@v3", "#\"lib.test/base@v1\"#", "\"lib.test/base@v3\"").Replace(text)},
		{"nothing", "", "none.test@v0", "none.test@v1", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			var deps []string
			if test.deps != "" {
				deps = strings.Split(test.deps, ", ")
			}
			_, root := write(t, "cue.mod/module.cue", moduleText("x.test@v0", deps...), "a/x.cue", text, "b.cue", "package b\n", "n/cue.mod/module.cue", "", "n/n.cue", text)
			files, err := RewriteImports(root, test.from, test.to)
			if err != nil {
				t.Fatal(err)
			}
			if test.want == "" {
				if len(files) != 0 {
					t.Errorf("%+v", files)
				}
				return
			}
			if len(files) != 1 || files[0].Path != "a/x.cue" || files[0].Text != test.want {
				t.Errorf("got %+v\nwant\n%s", files, test.want)
			}
		})
	}
}

func TestRewriteOwnImports(t *testing.T) {
	for _, main := range []string{"x.test@v0", "y.test/z@v1"} {
		_, root := write(t, "cue.mod/module.cue", moduleText(main), "x.cue", "@ignore()\n\npackage x\nimport \"x.test\"\nimport \"x.test/a@v0\"\nimport \"x.test/b:c\"\n")
		files, err := RewriteImports(root, "x.test@v0", "y.test/z@v1")
		if err != nil {
			t.Fatal(err)
		}
		want := "@ignore()\n\npackage x\nimport \"y.test/z:x\"\nimport \"y.test/z/a@v1\"\nimport \"y.test/z/b:c\"\n"
		if len(files) != 1 || files[0].Text != strings.Replace(want, ":x\"", "\"", 1) && files[0].Text != want || files[0].Count != 3 {
			t.Errorf("%+v", files)
		}
	}
	_, root := write(t, "cue.mod/module.cue", moduleText("x.test@v0"), "a.cue", "package x\nimport \"x.test/a\"\n", "b.cue", "package x\nimport (\n")
	_, err := RewriteImports(root, "x.test@v0", "y.test@v0")
	failure(t, err, rpc.Invalid, "b.cue:2:")
	_, err = RewriteImports(root, "x.test", "y.test@v0")
	failure(t, err, rpc.Invalid, "no module path with a major")
}
