package evaluate

import (
	"errors"
	"path/filepath"
	"slices"
	"testing"

	"cuelang.org/go/opm-cue/internal/rpc"
)

// vetted has a line for each finding and each warning.
func vetted(t *testing.T, s *source, params VetParams) []string {
	t.Helper()
	result, err := s.vet(params)
	if err != nil {
		return describe(nil, err)
	}
	var lines []string
	for _, d := range result.Diagnostics {
		line := d.Check + " " + d.Path + " " + d.Message
		for _, p := range d.Positions {
			line += " " + place(p)
		}
		lines = append(lines, line)
	}
	return append(lines, result.Warnings...)
}

func TestVet(t *testing.T) {
	const config = "package app\n#config: {image!: string, port: int | *80}\n"
	for _, test := range []struct {
		name   string
		module files
		values string
		want   []string
	}{
		{"a module without errors", consumer(""), "", nil},
		{"conflicts in several packages", files{
			"cue.mod/module.cue": moduleFile("main.test/app@v0"), "a.cue": "package app\na: 1\na: 2\n", "sub/b.cue": "package sub\nb: c: string & 1\n",
		}, "", []string{"evaluation a conflicting values 2 and 1 a.cue:2 a.cue:3", "evaluation b.c conflicting values string and 1 (mismatched types string and int) b.cue:2 b.cue:2"}},
		{"a disjunction, by its alternatives", moduleOf("package app\na: 1 | 2\na: 3\n"), "", []string{
			"evaluation a conflicting values 1 and 3 app.cue:2 app.cue:3", "evaluation a conflicting values 2 and 3 app.cue:2 app.cue:3"}},
		{"syntax, of all files", files{
			"cue.mod/module.cue": moduleFile("main.test/app@v0"), "a.cue": "package app\na: {", "b.cue": "package app\nb: [\nc: }\n", "c_tool.cue": "package app\nc: (",
		}, "", []string{"syntax  expected '}', found 'EOF' a.cue:2", "syntax  missing ',' in list literal b.cue:3", "syntax  expected operand, found 'EOF' c_tool.cue:2"}},
		{"several packages in a folder", files{
			"cue.mod/module.cue": moduleFile("main.test/app@v0"), "a.cue": "package a\na: 1\na: 2\n", "b.cue": "package b\na: 1\na: 3\n", "values.cue": "a: 1\n",
		}, "", []string{"evaluation a conflicting values 2 and 1 a.cue:2 a.cue:3", "evaluation a conflicting values 3 and 1 b.cue:2 b.cue:3"}},
		{"a field that module.cue does not have", files{"cue.mod/module.cue": moduleFile("main.test/app@v0") + "foo: 1\n", "a.cue": "package app\n"}, "",
			[]string{"module-file foo foo: field not allowed module.cue:4"}},
		{"a module file from before there was a language version", files{"cue.mod/module.cue": "module: \"main.test/app@v0\"\n", "a.cue": "package app\n"}, "",
			[]string{"module-file module no language version declared in module.cue: run 'opm mod fix' module.cue:1"}},
		{"packages that import each other", files{
			"cue.mod/module.cue": moduleFile("main.test/app@v0"), "b/b.cue": "package b\nimport \"main.test/app/c\"\nx: c\n", "c/c.cue": "package c\nimport \"main.test/app/b\"\nx: b\n",
		}, "", []string{"evaluation  package import cycle not allowed b.cue:2 c.cue:2", "evaluation  package import cycle not allowed c.cue:2 b.cue:2"}},
		{"an import of which module.cue has two majors", moduleOf("package app\nimport \"two.test/lib\"\na: lib\n", "two.test/lib@v1 v1.0.0", "two.test/lib@v2 v2.0.0"), "", []string{
			"tidy  the import \"two.test/lib\" does not say which major it means, and cue.mod/module.cue has v1 and v2: write two.test/lib@v2, or set default: true for one of them app.cue:2"}},
		{"a version lower than what is required", moduleOf("package app\nimport \"low.test/lib@v0\"\na: lib\n", "two.test/lib@v1 v1.0.0", "low.test/lib@v0 v0.1.0"), "", []string{
			"tidy  cue.mod/module.cue has two.test/lib@v1 at v1.0.0, but low.test/lib@v0.1.0 needs v1.2.0: run opm mod get two.test/lib@v1.2.0 module.cue:0"}},
		{"packages in cue.mod/gen, pkg and usr", files{
			"cue.mod/module.cue": moduleFile("main.test/app@v0", "two.test/lib@v1 v1.0.0"), "app.cue": "package app\nimport (\n\t\"k8s.test/api/v1\"\n\t\"old.test/p\"\n)\nx: v1.#S & {n: 1, u: 2}\ny: p\n",
			"cue.mod/gen/k8s.test/api/v1/a.cue": "package v1\n#S: {n: int, u: int}\n", "cue.mod/usr/k8s.test/api/v1/b.cue": "package v1\n#S: u: >1\n",
			"cue.mod/pkg/old.test/p/p.cue": "package p\nimport \"two.test/lib@v1\"\nl: lib\n",
		}, "", nil},
		{"a package in cue.mod/pkg that imports what module.cue does not list", files{
			"cue.mod/module.cue": moduleFile("main.test/app@v0"), "app.cue": "package app\nimport \"old.test/p\"\ny: p\n",
			"cue.mod/pkg/old.test/p/p.cue": "package p\nimport \"two.test/lib@v1\"\nl: lib\n",
		}, "", []string{"tidy  no module of cue.mod/module.cue provides the import \"two.test/lib@v1\": run opm mod tidy app.cue:2 p.cue:2"}},
		{"a folder that stands for a module without a version", files{
			"cue.mod/module.cue": moduleFile("main.test/app@v0"), "cue.mod/local-module.cue": "deps: \"loc.test/lib@v0\": replaceWith: \"./lib\"\ndeps: \"two.test/lib@v1\": v: \"v1.0.0\"\n",
			"app.cue": "package app\nimport \"loc.test/lib@v0\"\nx: lib.a\n", "lib/cue.mod/module.cue": moduleFile("loc.test/lib@v0", "two.test/lib@v1 v1.0.0"),
			"lib/lib.cue": "package lib\nimport two \"two.test/lib@v1\"\na: 1\nb: two\n",
		}, "", nil},
		{"a module in a higher version that stands for one", files{
			"cue.mod/module.cue":       moduleFile("main.test/app@v0", "gone.test/lib@v1 v1.0.0"),
			"cue.mod/local-module.cue": "deps: \"gone.test/lib@v1\": replaceWith: \"two.test/lib@v2\"\ndeps: \"two.test/lib@v2\": v: \"v2.0.0\"\n",
			"app.cue":                  "package app\nimport \"gone.test/lib@v1\"\nx: lib\n",
		}, "", nil},
		{"a missing import, beside what else is wrong in its package and in others", files{
			"cue.mod/module.cue": moduleFile("main.test/app@v0"), "a.cue": "package app\nimport \"none.test/x\"\na: x.#D & {n: 1}\nb: 1\nb: 2\n", "a2.cue": "package app\nc: \"x\" & int\n",
			"d/one.cue": "package one\nimport (\n\t\"strings\"\n\ty \"none.test/y@v1:z\"\n)\ny & {s: strings.ToUpper(\"a\"), t: 1, t: 2}\n", "d/two.cue": "package two\ne: 1\ne: 2\n",
			"f/f.cue": "package f\nimport \"main.test/app/g\"\nh: g.i\n", "g/g.cue": "package g\nimport \"none.test/x\"\ni: x\nj: 1\nj: 2\n",
			"_no/n.cue": "package n\nn: 1\nn: 2\n", "k/cue.mod/module.cue": moduleFile("k.test/k@v0"), "k/k.cue": "package k\nk: 1\nk: 2\n",
		}, "", []string{
			"tidy  no module of cue.mod/module.cue provides the import \"none.test/x\": run opm mod tidy a.cue:2",
			"evaluation b conflicting values 2 and 1 a.cue:4 a.cue:5",
			"evaluation c conflicting values \"x\" and int (mismatched types string and int) a2.cue:2 a2.cue:2",
			"tidy  no module of cue.mod/module.cue provides the import \"none.test/y@v1:z\": run opm mod tidy one.cue:4",
			"evaluation t conflicting values 2 and 1 one.cue:6 one.cue:6 one.cue:6", "evaluation e conflicting values 2 and 1 two.cue:2 two.cue:3",
			"tidy  no module of cue.mod/module.cue provides the import \"none.test/x\": run opm mod tidy f.cue:2 g.cue:2",
			"evaluation j conflicting values 2 and 1 g.cue:4 g.cue:5",
		}},
		{"an import cycle beside other errors", files{
			"cue.mod/module.cue": moduleFile("main.test/app@v0"), "a.cue": "package app\na: 1\na: 2\n",
			"b/b.cue": "package b\nimport \"main.test/app/b\"\nx: b\n",
		}, "", []string{"evaluation a conflicting values 2 and 1 a.cue:2 a.cue:3", "evaluation  package import cycle not allowed b.cue:2"}},
		{"no package", files{"cue.mod/module.cue": moduleFile("main.test/app@v0")}, "", []string{"evaluation  cue: \"./...\" matched no packages"}},

		{"#config without values", moduleOf(config), "", []string{
			"#config has fields without a value, and the module no debugValues that give them one: give values with -f to check it"}},
		{"#config that defaults fill", moduleOf("package app\n#config: port: int | *80\n"), "", nil},
		{"debugValues that fit", moduleOf(config + "debugValues: image: \"a\"\n"), "", nil},
		{"debugValues that do not fit", moduleOf(config + "debugValues: image: 1\n"), "", []string{
			"evaluation #config.image conflicting values string and 1 (mismatched types string and int) app.cue:2 app.cue:3"}},
		{"debugValues that #config does not have", moduleOf(config + "debugValues: {image: \"a\", other: 2}\n"), "", []string{"evaluation #config.other field not allowed app.cue:3"}},
		{"debugValues that are not enough", moduleOf(config + "debugValues: port: 1\n"), "", []string{"evaluation #config.image field is required but not present app.cue:2"}},
		{"values in YAML", moduleOf(config), "values.yaml: image: x\nport: 81\n", nil},
		{"values in JSON", moduleOf(config), "values.json: {\"image\": \"x\"}", nil},
		{"values in CUE", moduleOf(config), "values.cue: import \"strings\"\n_n: \"x\"\nimage: strings.ToUpper(_n)\n", nil},
		{"values in place of debugValues", moduleOf(config + "debugValues: image: 7\n"), "values.yaml: image: x\n", nil},
		{"values that do not fit", moduleOf(config), "values.yaml: image: x\nport: eighty\n", []string{
			"evaluation #config.port conflicting values \"eighty\" and int (mismatched types string and int) app.cue:2 values.yaml:2",
			"evaluation #config.port conflicting values \"eighty\" and 80 (mismatched types string and int) app.cue:2 values.yaml:2"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newTestSource(t, test.module)
			params := VetParams{Root: s.root}
			if name, text, found := cut(test.values); found {
				folder := t.TempDir()
				writeFiles(t, folder, files{name: text})
				params.Values = []string{filepath.Join(folder, name)}
			}
			if got := vetted(t, s, params); !slices.Equal(got, test.want) {
				t.Errorf("got %q", got)
			}
		})
	}
}

// TestVetBesideAFailure holds that what a registry does not have hides nothing else.
func TestVetBesideAFailure(t *testing.T) {
	s := newTestSource(t, files{
		"cue.mod/module.cue": moduleFile("main.test/app@v0", "gone.test/lib@v0 v0.1.0"), "a.cue": "package app\nimport \"gone.test/lib@v0\"\na: lib\n", "b/b.cue": "package b\nb: 1\nb: 2\n",
	})
	_, err := s.vet(VetParams{Root: s.root})
	failure, ok := errors.AsType[*rpc.Error](err)
	if !ok || failure.Code != rpc.NotFound || len(failure.Diagnostics) != 1 || failure.Diagnostics[0].Path != "b" {
		t.Errorf("got %+v", err)
	}
}
