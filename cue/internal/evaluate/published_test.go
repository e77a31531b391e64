package evaluate

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestPublished(t *testing.T) {
	head := moduleFile("main.test/app@v0", "two.test/lib@v1 v1.0.0")
	const embeds = "@extern(embed)\npackage app\nx: _ @embed(file=\"d/x.json\")\ny: _ @embed(glob=\"e/*.yaml\")\n"
	for _, test := range []struct {
		name   string
		module files
		// hidden are left behind, links lead to the files of their name in far
		hidden, links []string
		want          []string
	}{
		{"all of it", files{"a.cue": "package app\na: b\n", "b.cue": "package app\nb: 1\n"}, nil, nil, nil},
		{"a field of a package", files{"a.cue": "package app\na: b + 1\n", "b_gen.cue": "package app\nb: 1\n"}, []string{"b_gen.cue"}, nil, []string{
			"the package main.test/app@v0 needs b_gen.cue, which is not published: git does not track it; commit it, with 'git add -f' where it is ignored b_gen.cue"}},
		{"a value that others lack", files{"a.cue": "package app\na: b + 1\nb: int\n", "b.cue": "package app\nb: 1\n"}, []string{"b.cue"}, nil, []string{
			"the package main.test/app@v0 needs b.cue, which is not published: git does not track it; commit it, with 'git add -f' where it is ignored b.cue"}},
		{"a link", files{"a.cue": "package app\na: b + 1\n", "far/b.cue": "package app\nb: 1\n"}, []string{"b.cue", "far/b.cue"}, []string{"b.cue"}, []string{
			"the package main.test/app@v0 needs b.cue, which is not published: b.cue is a symbolic link; put a copy in the place of the link b.cue"}},
		{"a package that another one imports", files{"a.cue": "package app\nimport \"main.test/app/p\"\na: p.b\n", "p/p.cue": "package p\nb: 1\n"}, []string{"p/p.cue"}, nil, []string{
			"the package main.test/app@v0 needs p/p.cue, which is not published: git does not track it; commit it, with 'git add -f' where it is ignored p/p.cue"}},
		{"the file of a package above", files{"a.cue": "package app\nb: 1\n", "sub/a.cue": "package app\na: b + 1\n"}, []string{"a.cue"}, nil, []string{
			"the package main.test/app/sub@v0:app needs a.cue, which is not published: git does not track it; commit it, with 'git add -f' where it is ignored a.cue"}},
		{"what is embedded", files{"a.cue": embeds, "d/x.json": "{}", "e/y.yaml": "y: 1\n", "e/z.yaml": "z: 1\n", "e/.h.yaml": "h: 1\n"}, []string{"d/x.json", "e/z.yaml", "e/.h.yaml"}, nil, []string{
			"a.cue embeds d/x.json, which is not published: git does not track it; commit it, with 'git add -f' where it is ignored d/x.json",
			"a.cue embeds e/z.yaml, which is not published: git does not track it; commit it, with 'git add -f' where it is ignored e/z.yaml"}},
		{"an embedded link", files{"a.cue": embeds, "d/far/x.json": "{}", "e/y.yaml": "y: 1\n"}, []string{"d/x.json"}, []string{"d/x.json"}, []string{
			"a.cue embeds d/x.json, which is not published: d/x.json is a symbolic link; put a copy in the place of the link d/x.json"}},
		{"what nobody needs", files{
			"a.cue": "package app\na: 1\n", "more.cue": "package app\nm: 1\n", "local/l.cue": "package local\nl: 1\n", "x_tool.cue": "package app\ncommand: {}\n", "x.json": "{}",
			"values.cue": "v: 1\n",
		}, []string{"more.cue", "local/l.cue", "x_tool.cue", "x.json", "values.cue"}, nil, []string{"more.cue is left out (git does not track it): others have the package main.test/app@v0 without it"}},
		{"what is for the module alone", files{
			"a.cue": "package app\nimport (\n\t\"k8s.test/v1\"\n\t\"two.test/lib@v1\"\n)\na: v1.#S & {n: b}\nl: lib\n", "b.cue": "package app\nb: 1\n",
			"cue.mod/gen/k8s.test/v1/v1.cue": "package v1\n#S: n: int\n",
		}, []string{"cue.mod/gen/k8s.test/v1/v1.cue", "b.cue"}, nil, []string{
			"the package main.test/app@v0 needs b.cue, which is not published: git does not track it; commit it, with 'git add -f' where it is ignored b.cue",
			"cue.mod/gen/k8s.test/v1 is for this module alone: whoever imports the module does not get it"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.module["cue.mod/module.cue"] = head
			s := newTestSource(t, test.module)
			for _, name := range test.links {
				path := filepath.Join(s.root, name)
				if err := os.Symlink(filepath.Join("far", filepath.Base(name)), path); err != nil {
					t.Fatal(err)
				}
			}
			params := PublishedParams{Root: s.root}
			for name := range test.module {
				if !slices.Contains(test.hidden, name) {
					params.Files = append(params.Files, name)
				}
			}
			result, err := s.published(params)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, d := range result.Diagnostics {
				got = append(got, d.Message+" "+d.Positions[0].File)
			}
			if got = append(got, result.Notes...); !slices.Equal(got, test.want) {
				t.Errorf("got %s", strings.Join(got, "\n"))
			}
		})
	}
}
