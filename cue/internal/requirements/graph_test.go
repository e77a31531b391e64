package requirements

import (
	"fmt"
	"strings"
	"testing"

	"cuelang.org/go/opm-cue/internal/rpc"
)

func graphText(g *Graph) string {
	name := func(i int) string {
		if i < 0 {
			return "main"
		}
		return g.Nodes[i].Path + " " + g.Nodes[i].Version
	}
	lines := []string{}
	for _, n := range g.Nodes {
		line := n.Path + " " + n.Version
		for mark, set := range map[string]bool{" selected": n.Selected} {
			if set {
				line += mark
			}
		}
		if n.Direct {
			line += " direct"
		}
		if n.ReplacedBy != "" {
			line += " by " + n.ReplacedBy
		}
		lines = append(lines, line)
	}
	for _, e := range g.Edges {
		lines = append(lines, fmt.Sprintf("%s -> %s", name(e.From), name(e.To)))
	}
	return strings.Join(lines, "\n")
}

func TestGraph(t *testing.T) {
	registry := serve(t, append(library,
		published{"lib.test/back@v0.1.0", "x.test@v0 v0.3.0, lib.test/left@v0 v0.2.0", map[string]string{"b.cue": "package back\n"}},
		published{"lib.test/deeper@v0.1.0", "lib.test/back@v0 v0.0.9", map[string]string{"b.cue": "package deeper\n"}},
	))
	for _, test := range []struct {
		name, deps, local string
		want              string
	}{
		{"alone", "", "", ""},
		{"diamond", "lib.test/base@v1 v1.1.0, lib.test/left@v0 v0.1.0, lib.test/right@v0 v0.1.0", "", `
lib.test/base@v1 v1.0.0
lib.test/base@v1 v1.1.0 selected
lib.test/left@v0 v0.1.0 selected direct
lib.test/right@v0 v0.1.0 selected
main -> lib.test/base@v1 v1.1.0
main -> lib.test/left@v0 v0.1.0
main -> lib.test/right@v0 v0.1.0
lib.test/left@v0 v0.1.0 -> lib.test/base@v1 v1.0.0
lib.test/right@v0 v0.1.0 -> lib.test/base@v1 v1.1.0`},
		{"cycles, also with the main module", "lib.test/ring@v0 v0.1.0, lib.test/back@v0 v0.1.0", "", `
lib.test/back@v0 v0.1.0 selected
lib.test/base@v1 v1.0.0
lib.test/left@v0 v0.2.0 selected
lib.test/loop@v0 v0.1.0 selected
lib.test/ring@v0 v0.1.0 selected
main -> lib.test/back@v0 v0.1.0
main -> lib.test/ring@v0 v0.1.0
lib.test/back@v0 v0.1.0 -> main
lib.test/back@v0 v0.1.0 -> lib.test/left@v0 v0.2.0
lib.test/left@v0 v0.2.0 -> lib.test/base@v1 v1.0.0
lib.test/loop@v0 v0.1.0 -> lib.test/ring@v0 v0.1.0
lib.test/ring@v0 v0.1.0 -> lib.test/loop@v0 v0.1.0`},
		{"what is gone further away", "lib.test/deeper@v0 v0.1.0", "", `
lib.test/back@v0 v0.0.9 selected
lib.test/deeper@v0 v0.1.0 selected
main -> lib.test/deeper@v0 v0.1.0
lib.test/deeper@v0 v0.1.0 -> lib.test/back@v0 v0.0.9`},
		{"replaced", "lib.test/left@v0 v0.1.0", "deps: \"lib.test/left@v0\": replaceWith: \"./left\"\n", `
lib.test/left@v0 v0.1.0 selected direct by ./left
lib.test/right@v0 v0.1.0 selected
main -> lib.test/left@v0 v0.1.0
lib.test/left@v0 v0.1.0 -> lib.test/right@v0 v0.1.0
lib.test/right@v0 v0.1.0 -> lib.test/base@v1 v1.1.0`},
	} {
		t.Run(test.name, func(t *testing.T) {
			var deps []string
			if test.deps != "" {
				deps = strings.Split(test.deps, ", ")
			}
			files := []string{"cue.mod/module.cue", moduleText("x.test@v0", deps...), "x.cue", "package x\nimport \"lib.test/left@v0\"\n"}
			if test.local != "" {
				files = append(files, "cue.mod/local-module.cue", test.local, "left/cue.mod/module.cue", moduleText("lib.test/left@v0", "lib.test/right@v0 v0.1.0"))
			}
			folder, root := write(t, files...)
			g, err := NewGraph(callContext(t), folder, root, registry)
			if err != nil {
				t.Fatal(err)
			}
			want := strings.TrimPrefix(test.want, "\n")
			if test.name == "replaced" {
				want = "lib.test/base@v1 v1.1.0\n" + want
			}
			if got := graphText(g); got != want || g.Main != "x.test@v0" {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
	folder, root := write(t, "cue.mod/module.cue", moduleText("x.test@v0", "lib.test/broken@v0 v0.1.0", "lib.test/gone@v0 v0.1.0"))
	_, err := NewGraph(callContext(t), folder, root, registry)
	failure(t, err, rpc.NotFound, "lib.test/gone@v0.1.0", "required by cue.mod/module.cue:5:7, lib.test/broken@v0.1.0")
}
