package requirements

import (
	"errors"
	"strings"
	"testing"

	"cuelang.org/go/internal/mod/modload"
	"cuelang.org/go/mod/modfile"

	"cuelang.org/go/opm-cue/internal/modfiles"
	"cuelang.org/go/opm-cue/internal/rpc"
)

// TestTidy compares every module with what modload makes of it, and with whether it calls it tidy.
func TestTidy(t *testing.T) {
	registry := serve(t, library)
	for _, test := range []struct {
		name, deps string
		files      []string
		want       string
		changes    string
		frozen     string
	}{
		{"nothing", "", []string{"x.cue", "package x\nimport \"strings\"\na: strings.ToUpper(\"a\")\n"}, "", "", ""},
		{
			"new", "", []string{"x.cue", "package x\n\nimport (\n\t\"lib.test/left@v0\"\n\t\"lib.test/right@v0\"\n)\n"},
			"lib.test/base@v1.1.0 lib.test/left@v0.2.0 lib.test/right@v0.1.0",
			"lib.test/base@v1 >v1.1.0 x.cue x.cue; lib.test/left@v0 >v0.2.0 x.cue; lib.test/right@v0 >v0.1.0 x.cue",
			"lib.test/left@v0 > x.cue; lib.test/right@v0 > x.cue",
		},
		{"kept", "lib.test/left@v0 v0.1.0, lib.test/base@v1 v1.0.0", []string{"x.cue", "package x\nimport \"lib.test/left@v0\"\n"}, "lib.test/base@v1.0.0 lib.test/left@v0.1.0", "", ""},
		{"unused", "lib.test/left@v0 v0.1.0, lib.test/base@v1 v1.0.0, lib.test/right@v0 v0.1.0", []string{"x.cue", "package x\nimport \"lib.test/base@v1\"\n"}, "lib.test/base@v1.0.0", "lib.test/left@v0 v0.1.0>; lib.test/right@v0 v0.1.0>", "lib.test/left@v0 v0.1.0>; lib.test/right@v0 v0.1.0>"},
		{"too low", "lib.test/right@v0 v0.1.0, lib.test/base@v1 v1.0.0", []string{"x.cue", "package x\nimport \"lib.test/right@v0\"\n"}, "", "", ""},
		{"without major", "", []string{"x.cue", "package x\nimport \"lib.test/base\"\n"}, "lib.test/base@v2.0.0*", "lib.test/base@v2 >v2.0.0 x.cue", "lib.test/base > x.cue"},
		{"stable before pre-release", "", []string{"x.cue", "package x\nimport \"lib.test/base@v1\"\n"}, "lib.test/base@v1.1.0", "lib.test/base@v1 >v1.1.0 x.cue", "lib.test/base@v1 > x.cue"},
		{"only pre-releases", "", []string{"x.cue", "package x\nimport \"lib.test/early@v0\"\n"}, "lib.test/early@v0.1.0-alpha.1", "lib.test/early@v0 >v0.1.0-alpha.1 x.cue", "lib.test/early@v0 > x.cue"},
		{"tool, test and tagged files", "", []string{"x_tool.cue", "package x\nimport \"lib.test/base@v2\"\n", "a/y_test.cue", "package y\nimport \"lib.test/left@v0\"\n", "a/z.cue", "@if(never)\n\npackage z\nimport \"lib.test/base/deep@v0\"\n", "no.cue", "@ignore()\n\npackage no\nimport \"lib.test/none@v0\"\n", "_hidden.cue", "import \"lib.test/none@v0\"", "nested/cue.mod/module.cue", "", "nested/n.cue", "package n\nimport \"lib.test/none@v0\"\n"}, "lib.test/base/deep@v0.1.0 lib.test/base@v1.0.0 lib.test/base@v2.0.0 lib.test/left@v0.2.0", "lib.test/base/deep@v0 >v0.1.0 a/z.cue; lib.test/base@v1 >v1.0.0 a/y_test.cue; lib.test/base@v2 >v2.0.0 x_tool.cue; lib.test/left@v0 >v0.2.0 a/y_test.cue", "lib.test/base/deep@v0 > a/z.cue; lib.test/base@v2 > x_tool.cue; lib.test/left@v0 > a/y_test.cue"},
		{"own packages", "", []string{"x.cue", "package x\nimport \"x.test/sub\"\n", "sub/s.cue", "package sub\ns: 1\n"}, "", "", ""},
		{"cue.mod/pkg", "", []string{"x.cue", "package x\nimport \"old.test/y\"\n", "cue.mod/pkg/old.test/y/y.cue", "package y\n"}, "", "", ""},
		{"cycle", "", []string{"x.cue", "package x\nimport \"lib.test/ring@v0/sub\"\nimport r \"lib.test/ring/sub@v0\"\n"}, "", "", ""},
		{"module cycle", "", []string{"x.cue", "package x\nimport \"lib.test/ring/sub@v0\"\n"}, "lib.test/loop@v0.1.0 lib.test/ring@v0.1.0", "lib.test/loop@v0 >v0.1.0 x.cue; lib.test/ring@v0 >v0.1.0 x.cue", "lib.test/ring/sub@v0 > x.cue"},
		{"package in a longer path", "lib.test/base@v1 v1.1.0", []string{"x.cue", "package x\nimport \"lib.test/base/sub@v1\"\n"}, "lib.test/base@v1.1.0", "", ""},
		{"extra that is gone", "lib.test/gone@v0 v0.1.0", []string{"x.cue", "package x\n"}, "", "", ""},
		{"two majors", "", []string{"x.cue", "package x\nimport \"lib.test/base@v1\"\nimport b2 \"lib.test/base@v2\"\n"}, "lib.test/base@v1.1.0 lib.test/base@v2.0.0", "lib.test/base@v1 >v1.1.0 x.cue; lib.test/base@v2 >v2.0.0 x.cue", "lib.test/base@v1 > x.cue; lib.test/base@v2 > x.cue"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var deps []string
			if test.deps != "" {
				deps = strings.Split(test.deps, ", ")
			}
			text := "// Comment.\n" + moduleText("x.test@v0", deps...)
			folder, root := write(t, append([]string{"cue.mod/module.cue", text}, test.files...)...)
			want, wantErr := modload.Tidy(t.Context(), root, ".", registry, &modload.TidyOptions{})
			result, err := Tidy(callContext(t), folder, root, registry, TidyOptions{})
			if (err == nil) != (wantErr == nil) {
				t.Fatalf("got %v, modload %v", err, wantErr)
			}
			if err != nil {
				t.Log(err)
				return
			}
			changed := []byte(text)
			if result.Texts.Module != nil {
				changed = result.Texts.Module
			}
			if file, err := modfiles.Parse(changed); err != nil || !modfiles.SameDeps(file.Deps, want.Module.Deps) {
				t.Errorf("modload has %v (%v), not\n%s", want.Module.Deps, err, changed)
			}
			checkErr := modload.CheckTidy(t.Context(), root, ".", registry, &modload.TidyOptions{})
			if result.Tidy != (checkErr == nil) {
				t.Errorf("tidy %v, modload %v", result.Tidy, checkErr)
			}
			if test.want == "" && test.changes == "" {
				return
			}
			if got := depsOf(t, changed); got != test.want {
				t.Errorf("deps %s, want %s", got, test.want)
			}
			if got := changesOf(result.Changes); got != test.changes {
				t.Errorf("changes %s, want %s", got, test.changes)
			}
			frozen, err := Tidy(callContext(t), folder, root, registry, TidyOptions{Frozen: true})
			if err != nil {
				t.Fatal(err)
			}
			if got := changesOf(frozen.Changes); got != test.frozen || frozen.Tidy != (checkErr == nil) {
				t.Errorf("frozen %v %s, want %s", frozen.Tidy, got, test.frozen)
			}
			_, again := write(t, append([]string{"cue.mod/module.cue", string(changed)}, test.files...)...)
			if err := modload.CheckTidy(t.Context(), again, ".", registry, nil); err != nil {
				t.Errorf("the result is not tidy: %v\n%s", err, changed)
			}
		})
	}
}

func TestTidyRefuses(t *testing.T) {
	registry := serve(t, append(library,
		published{"lib.test/mixed@v0.1.0", "", map[string]string{"deep/d.cue": "package deep\n"}},
		published{"lib.test/mixed/deep@v0.1.0", "", map[string]string{"d.cue": "package deep\n"}},
	))
	for _, test := range []struct {
		name  string
		deps  []string
		files []string
		code  rpc.Code
		parts []string
		count int
	}{
		{"no module", nil, []string{"x.cue", "package x\n\nimport (\n\t\"lib.test/none@v0\"\n\tb \"other.test/b\"\n)\n"}, rpc.NotFound, []string{"x.cue:4:2: cannot find module providing package lib.test/none@v0", "(and 1 more)"}, 2},
		{"two majors, none chosen", []string{"lib.test/base@v1 v1.0.0", "lib.test/base@v2 v2.0.0"}, []string{"x.cue", "package x\nimport \"lib.test/base\"\n"}, rpc.Invalid, []string{"x.cue:2:8: import \"lib.test/base\" needs a major version, as deps has lib.test/base@v1 and @v2: write \"lib.test/base@v1\", or mark one of them default: true"}, 1},
		{"package not in this version", []string{"lib.test/base@v1 v1.0.0"}, []string{"x.cue", "package x\nimport \"lib.test/base/sub@v1\"\n"}, rpc.NotFound, []string{"x.cue:2:8: module lib.test/base@v1.0.0 has no package \"lib.test/base/sub@v1\""}, 1},
		{"package not in the newest", nil, []string{"x.cue", "package x\nimport \"lib.test/base/nope@v1\"\n"}, rpc.NotFound, []string{"the newest version of lib.test/base@v1, v1.1.0, has no package"}, 1},
		{"other package name", []string{"lib.test/base@v1 v1.0.0"}, []string{"x.cue", "package x\nimport \"lib.test/base@v1:other\"\n"}, rpc.Invalid, []string{"x.cue:2:8: import", "no files in package directory with package name \"other\""}, 1},
		{"two providers", []string{"lib.test/mixed@v0 v0.1.0", "lib.test/mixed/deep@v0 v0.1.0"}, []string{"x.cue", "package x\nimport \"lib.test/mixed/deep@v0\"\n"}, rpc.Invalid, []string{"x.cue:2:8: import", "ambiguous import: found package lib.test/mixed/deep@v0 in multiple locations"}, 1},
		{"dependency that is gone", []string{"lib.test/gone@v0 v0.1.0"}, []string{"x.cue", "package x\nimport \"lib.test/gone@v0\"\n"}, rpc.NotFound, []string{"lib.test/gone@v0.1.0", "required by cue.mod/module.cue:4:7"}, 1},
		{"dependency of a dependency that is gone", nil, []string{"x.cue", "package x\nimport \"lib.test/broken@v0\"\n"}, rpc.NotFound, []string{"lib.test/gone@v0.1.0", "required by lib.test/broken@v0.1.0"}, 1},
		{"broken imports", nil, []string{"x.cue", "package x\nimport \"lib.test/base@v1\n", "y.cue", "package y\n\nimport \"a.test/b@v1.2.3\"\n"}, rpc.Invalid, []string{"x.cue:2:8: "}, 2},
		{"not in this module", nil, []string{"x.cue", "package x\nimport \"x.test/nope\"\n"}, rpc.NotFound, []string{"x.cue:2:8: this module has no package"}, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			folder, root := write(t, append([]string{"cue.mod/module.cue", moduleText("x.test@v0", test.deps...)}, test.files...)...)
			_, err := Tidy(callContext(t), folder, root, registry, TidyOptions{})
			e := failure(t, err, test.code, test.parts...)
			if len(e.Diagnostics) != test.count {
				t.Errorf("%d findings: %+v", len(e.Diagnostics), e.Diagnostics)
			}
		})
	}
}

const replaced = "deps: {\n\t// The folder beside.\n\t\"lib.test/left@v0\": {\n\t\treplaceWith: \"./left\"\n\t}\n}\n"

func TestTidyReplacements(t *testing.T) {
	registry := serve(t, library)
	left := []string{"left/cue.mod/module.cue", moduleText("lib.test/left@v0", "lib.test/base@v1 v1.1.0"), "left/l.cue", "package left\nimport \"lib.test/base@v1\"\n"}
	use := []string{"x.cue", "package x\nimport \"lib.test/left@v0\"\n"}
	for _, test := range []struct {
		name, module, local string
		files               []string
		options             TidyOptions
	}{
		{"migrates", moduleText("x.test@v0") + "deps: \"lib.test/left@v0\": {v: \"v0.1.0\", replaceWith: \"./left\"}\n", "", left, TidyOptions{}},
		{"two files", moduleText("x.test@v0", "lib.test/left@v0 v0.1.0"), replaced, left, TidyOptions{}},
		{"local only", moduleText("x.test@v0", "lib.test/left@v0 v0.1.0"), replaced, left, TidyOptions{LocalOnly: true}},
		{"nothing left", moduleText("x.test@v0", "lib.test/left@v0 v0.1.0", "lib.test/base@v1 v1.0.0"), "deps: \"lib.test/left@v0\": {}\n", nil, TidyOptions{}},
		{"another module", moduleText("x.test@v0", "lib.test/left@v0 v0.1.0", "lib.test/base@v1 v1.0.0"), "deps: {\n\t\"lib.test/left@v0\": replaceWith: \"lib.test/right@v0.1.0\"\n}\n", nil, TidyOptions{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			files := append(append([]string{"cue.mod/module.cue", test.module}, use...), test.files...)
			if test.local != "" {
				files = append(files, "cue.mod/local-module.cue", test.local)
			}
			folder, root := write(t, files...)
			options := &modload.TidyOptions{LocForPath: folders(folder), LocalOnly: test.options.LocalOnly}
			want, wantErr := modload.Tidy(t.Context(), root, ".", registry, options)
			result, err := Tidy(callContext(t), folder, root, registry, test.options)
			if (err == nil) != (wantErr == nil) {
				t.Fatalf("got %v, modload %v", err, wantErr)
			}
			if err != nil {
				return
			}
			checkErr := modload.CheckTidy(t.Context(), root, ".", registry, options)
			if result.Tidy != (checkErr == nil) {
				t.Errorf("tidy %v, modload %v", result.Tidy, checkErr)
			}
			base := []byte(test.module)
			if result.Texts.Module != nil {
				base = result.Texts.Module
			}
			file, err := modfile.ParseNonStrict(base, "module.cue")
			if err != nil {
				t.Fatal(err)
			}
			if want.Module != nil && !modfiles.SameDeps(file.Deps, want.Module.Deps) {
				t.Errorf("module.cue\n%s", base)
			}
			if want.Local == nil {
				if !result.Texts.RemoveLocal {
					t.Error("local-module.cue stays")
				}
				return
			}
			text := []byte(test.local)
			if result.Texts.Local != nil {
				text = result.Texts.Local
			}
			local, err := modfile.ParseLocal(text, "local-module.cue", file)
			if err != nil || !modfiles.SameDeps(local.Deps, want.Local.Deps) {
				t.Errorf("%v: local-module.cue\n%s", err, text)
			}
			if strings.Contains(test.local, "//") && !strings.Contains(string(text), "// The folder beside.") {
				t.Errorf("the comment is gone:\n%s", text)
			}
		})
	}
	folder, root := write(t, "cue.mod/module.cue", moduleText("x.test@v0", "lib.test/left@v0 v0.1.0"), "cue.mod/local-module.cue", replaced, "left/cue.mod/module.cue", moduleText("lib.test/other@v0"))
	_, err := Tidy(callContext(t), folder, root, registry, TidyOptions{})
	failure(t, err, rpc.Invalid, "cue.mod/module.cue:4:7: replacement directory ./left has module path \"lib.test/other@v0\", want \"lib.test/left@v0\"")
}

// TestTidyNeverPanics gives requirements that the libraries take for impossible.
func TestTidyNeverPanics(t *testing.T) {
	registry := serve(t, library)
	for _, deps := range []string{"deps: \"x.test@v0\": v: \"v0.1.0\"\n", "deps: \"local\": v: \"\"\n", "deps: \"lib.test/base@v1\": v: \"v1.0.0\"\ndeps: \"lib.test/base\": v: \"v1.1.0\"\n"} {
		folder, root := write(t, "cue.mod/module.cue", moduleText("x.test@v0")+deps, "x.cue", "package x\nimport \"lib.test/base@v1\"\n")
		_, err := Tidy(callContext(t), folder, root, registry, TidyOptions{})
		if _, ok := errors.AsType[*rpc.Error](err); err != nil && !ok {
			t.Errorf("%s: %v", deps, err)
		}
	}
}
