package requirements

import (
	"strings"
	"testing"

	"cuelang.org/go/internal/mod/modload"

	"cuelang.org/go/opm-cue/internal/modfiles"
	"cuelang.org/go/opm-cue/internal/rpc"
)

func versions(list ...string) []ModuleVersion {
	var found []ModuleVersion
	for _, name := range list {
		base, version, _ := strings.Cut(name, "@")
		major, _, _ := strings.Cut(version, ".")
		found = append(found, ModuleVersion{base + "@" + major, version})
	}
	return found
}

// TestGet compares with what modload makes of the same request, but for drops and kept defaults, which it does not know.
func TestGet(t *testing.T) {
	registry := serve(t, library)
	const left, right, base = "lib.test/left@v0 v0.1.0", "lib.test/right@v0 v0.1.0", "lib.test/base@v1 v1.0.0"
	for _, test := range []struct {
		name    string
		deps    []string
		source  string
		require []string
		drop    []string
		want    string
		changes string
		own     bool
	}{
		{"first", nil, "", []string{"lib.test/left@v0.1.0"}, nil, "lib.test/base@v1.0.0 lib.test/left@v0.1.0", "lib.test/base@v1 >v1.0.0; lib.test/left@v0 >v0.1.0", false},
		{"diamond", []string{base, left}, "import \"lib.test/left@v0\"", []string{"lib.test/right@v0.1.0"}, nil, "lib.test/base@v1.1.0 lib.test/left@v0.1.0 lib.test/right@v0.1.0", "lib.test/base@v1 v1.0.0>v1.1.0; lib.test/right@v0 >v0.1.0", false},
		{"same", []string{base, left}, "import \"lib.test/left@v0\"", []string{"lib.test/left@v0.1.0"}, nil, "lib.test/base@v1.0.0 lib.test/left@v0.1.0", "lib.test/left@v0 v0.1.0>v0.1.0 x.cue", false},
		{"down", []string{"lib.test/base@v1 v1.1.0", "lib.test/left@v0 v0.2.0"}, "", []string{"lib.test/base@v1.0.0", "lib.test/left@v0.1.0"}, nil, "lib.test/base@v1.0.0 lib.test/left@v0.1.0", "lib.test/base@v1 v1.1.0>v1.0.0; lib.test/left@v0 v0.2.0>v0.1.0", false},
		{"pre-release", []string{base}, "", []string{"lib.test/base@v1.2.0-rc.1"}, nil, "lib.test/base@v1.2.0-rc.1", "lib.test/base@v1 v1.0.0>v1.2.0-rc.1", false},
		{"second major", []string{base}, "import \"lib.test/base@v1\"", []string{"lib.test/base@v2.0.0"}, nil, "lib.test/base@v1.0.0 lib.test/base@v2.0.0", "lib.test/base@v2 >v2.0.0", false},
		{"second major, import without", []string{base}, "import \"lib.test/base\"", []string{"lib.test/base@v2.0.0"}, nil, "lib.test/base@v1.0.0* lib.test/base@v2.0.0", "lib.test/base@v1 v1.0.0>v1.0.0 x.cue; lib.test/base@v2 >v2.0.0", true},
		{"other major", []string{base}, "import \"lib.test/base\"", []string{"lib.test/base@v2.0.0"}, []string{"lib.test/base@v1"}, "lib.test/base@v2.0.0", "lib.test/base@v1 v1.0.0>; lib.test/base@v2 >v2.0.0 x.cue", true},
		{"drop what is needed", []string{base, left}, "", []string{"lib.test/base@v2.0.0"}, []string{"lib.test/base@v1"}, "lib.test/base@v1.0.0 lib.test/base@v2.0.0 lib.test/left@v0.1.0", "lib.test/base@v2 >v2.0.0", true},
		{"drop only", []string{base, left}, "", nil, []string{"lib.test/left@v0"}, "lib.test/base@v1.0.0", "lib.test/left@v0 v0.1.0>", true},
		{"cycle", nil, "", []string{"lib.test/ring@v0.1.0"}, nil, "lib.test/loop@v0.1.0 lib.test/ring@v0.1.0", "lib.test/loop@v0 >v0.1.0; lib.test/ring@v0 >v0.1.0", false},
		{"what it needs is gone", nil, "", []string{"lib.test/broken@v0.1.0"}, nil, "lib.test/broken@v0.1.0 lib.test/gone@v0.1.0", "lib.test/broken@v0 >v0.1.0; lib.test/gone@v0 >v0.1.0", false},
		{"from a version that is gone", []string{"lib.test/left@v0 v0.0.9"}, "", []string{"lib.test/left@v0.2.0"}, nil, "lib.test/base@v1.0.0 lib.test/left@v0.2.0", "lib.test/base@v1 >v1.0.0; lib.test/left@v0 v0.0.9>v0.2.0", true},
		{"nothing", []string{left}, "", nil, nil, "lib.test/left@v0.1.0", "", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			text := "// Comment.\n" + moduleText("x.test@v0", test.deps...)
			_, root := write(t, "cue.mod/module.cue", text, "x.cue", "package x\n"+test.source)
			result, err := Get(callContext(t), root, registry, versions(test.require...), test.drop)
			if err != nil {
				t.Fatal(err)
			}
			changed := []byte(text)
			if result.Texts.Module != nil {
				changed = result.Texts.Module
			}
			if got := depsOf(t, changed); got != test.want {
				t.Errorf("deps %s, want %s", got, test.want)
			}
			if !strings.HasPrefix(string(changed), "// Comment.\n") {
				t.Errorf("the comment is gone:\n%s", changed)
			}
			if got := changesOf(result.Changes); got != test.changes {
				t.Errorf("changes %s, want %s", got, test.changes)
			}
			if test.own {
				return
			}
			want, err := modload.UpdateVersions(t.Context(), root, ".", registry, test.require)
			if err != nil {
				t.Fatal(err)
			}
			if file, err := modfiles.Parse(changed); err != nil || !modfiles.SameDeps(file.Deps, want.Deps) {
				t.Errorf("modload has %v (%v)", want.Deps, err)
			}
		})
	}
}

func TestGetRefuses(t *testing.T) {
	registry := serve(t, library)
	const left, right = "lib.test/left@v0 v0.1.0", "lib.test/right@v0 v0.1.0"
	for _, test := range []struct {
		name    string
		deps    []string
		require []ModuleVersion
		drop    []string
		code    rpc.Code
		parts   []string
	}{
		{"below a requirement", []string{"lib.test/base@v1 v1.1.0", left, right}, versions("lib.test/base@v1.0.0"), nil, rpc.Refused, []string{"cannot set lib.test/base@v1 to v1.0.0: lib.test/right@v0 v0.1.0 requires v1.1.0; choose v1.1.0 or higher"}},
		{"with what requires more", nil, versions("lib.test/base@v1.0.0", "lib.test/right@v0.1.0"), nil, rpc.Refused, []string{"lib.test/right@v0 v0.1.0 requires v1.1.0"}},
		{"unknown version", nil, versions("lib.test/base@v1.9.0"), nil, rpc.NotFound, []string{"lib.test/base@v1.9.0"}},
		{"unknown module", nil, versions("lib.test/none@v1.0.0"), nil, rpc.NotFound, []string{"lib.test/none@v1.0.0"}},
		{"dependency that is gone", []string{"lib.test/gone@v0 v0.1.0", "lib.test/broken@v0 v0.1.0"}, versions("lib.test/base@v1.0.0"), nil, rpc.NotFound, []string{"lib.test/gone@v0.1.0", "required by cue.mod/module.cue:4:7, lib.test/broken@v0.1.0"}},
		{"twice", nil, versions("lib.test/base@v1.0.0", "lib.test/base@v1.1.0"), nil, rpc.Invalid, []string{"v1.0.0 and v1.1.0"}},
		{"itself", nil, versions("x.test@v0.1.0"), nil, rpc.Invalid, []string{"itself"}},
		{"other major", nil, []ModuleVersion{{"lib.test/base@v2", "v1.0.0"}}, nil, rpc.Invalid, []string{"mismatched major"}},
		{"no version", nil, []ModuleVersion{{"lib.test/base@v1", ""}}, nil, rpc.Invalid, []string{"full version"}},
		{"no canonical version", nil, []ModuleVersion{{"lib.test/base@v1", "v1.0"}}, nil, rpc.Invalid, []string{"not canonical"}},
		{"no path", nil, []ModuleVersion{{"Lib@v1", "v1.0.0"}}, nil, rpc.Invalid, []string{"Lib"}},
		{"drop of nothing", nil, nil, []string{"lib.test/base@v1"}, rpc.NotFound, []string{"not in deps"}},
		{"drop and get", []string{left}, versions("lib.test/left@v0.2.0"), []string{"lib.test/left@v0"}, rpc.Invalid, []string{"both"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, root := write(t, "cue.mod/module.cue", moduleText("x.test@v0", test.deps...))
			_, err := Get(callContext(t), root, registry, test.require, test.drop)
			failure(t, err, test.code, test.parts...)
		})
	}
	_, root := write(t, "cue.mod/module.cue", moduleText("x.test@v0")+"deps: \"lib.test/left@v0\": {v: \"v0.1.0\", replaceWith: \"../left\"}\n")
	_, err := Get(callContext(t), root, registry, versions("lib.test/base@v1.0.0"), nil)
	failure(t, err, rpc.Invalid, "cue.mod/module.cue:4:7: module replace for \"lib.test/left@v0\" is not allowed in module.cue")
}

func TestGetNamesRequirers(t *testing.T) {
	_, root := write(t, "cue.mod/module.cue", moduleText("x.test@v0", "lib.test/right@v0 v0.1.0", "lib.test/base@v1 v1.1.0"))
	_, err := Get(callContext(t), root, serve(t, library), versions("lib.test/base@v1.0.0"), nil)
	by, ok := failure(t, err, rpc.Refused).Details["requiredBy"].([]requirer)
	if !ok || len(by) != 1 || by[0] != (requirer{"lib.test/right@v0", "v0.1.0", "v1.1.0"}) {
		t.Errorf("%#v", by)
	}
}

func TestGetKeepsLocalView(t *testing.T) {
	_, root := write(t, "cue.mod/module.cue", moduleText("x.test@v0", "lib.test/left@v0 v0.1.0", "lib.test/base@v1 v1.0.0"),
		"cue.mod/local-module.cue", "deps: {\n\t\"lib.test/left@v0\": replaceWith: \"../left\" // mine\n\t\"lib.test/base@v1\": {}\n}\n")
	result, err := Get(callContext(t), root, serve(t, library), versions("lib.test/right@v0.1.0"), nil)
	if err != nil {
		t.Fatal(err)
	}
	if want := "deps: {\n\t\"lib.test/left@v0\": replaceWith: \"../left\" // mine\n\t\"lib.test/base@v1\": {}\n\t\"lib.test/right@v0\": {}\n}\n"; string(result.Texts.Local) != want {
		t.Errorf("got\n%s", result.Texts.Local)
	}
}
