package modfiles

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"cuelang.org/go/cue/format"
	"cuelang.org/go/mod/modfile"
)

// TestWithDepsRandom makes files in random styles with comments everywhere, and holds the result to the wanted dependencies, and
// to every line and comment that is not of a changed entry.
func TestWithDepsRandom(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	pick := func(choices ...string) string { return choices[random.IntN(len(choices))] }
	for round := range 300 {
		want := map[string]*modfile.Dep{}
		var text strings.Builder
		text.WriteString("// Head.\n" + head + pick("", "\n", "description: \"d\"\n"))
		kept := []string{"// Head.", "module: \"x.example@v0\""}
		open := pick("deps: {\n", "deps: {\n", "")
		text.WriteString(open)
		end := strings.TrimPrefix("}\n", map[bool]string{true: "}\n"}[open == ""])
		for i := range random.IntN(6) {
			path := fmt.Sprintf("m%d.example/%s@v0", i, strings.Repeat("x", 1+random.IntN(4)))
			lines := []string{}
			if random.IntN(2) == 0 {
				lines = append(lines, fmt.Sprintf("\t// Above %d.", i))
			}
			prefix := map[bool]string{true: "deps: "}[open == ""]
			switch random.IntN(4) {
			case 0:
				lines = append(lines, fmt.Sprintf("\t%s%q: v: \"v0.1.0\"%s", prefix, path, pick("", fmt.Sprintf(" // behind %d", i))))
			case 1:
				lines = append(lines, fmt.Sprintf("\t%s%q: {v: \"v0.1.0\"}%s", prefix, path, pick("", ",", ", // x")))
			case 2:
				lines = append(lines, fmt.Sprintf("\t%s%q: {", prefix, path), "\t\tv: \"v0.1.0\" // v", "\t}")
			default:
				lines = append(lines, fmt.Sprintf("\t%s%q: {", prefix, path), fmt.Sprintf("\t\t// In %d.", i), "", "\t\tv: \"v0.1.0\", default: false", "\t\t// End.", "\t}")
			}
			text.WriteString(strings.Join(lines, "\n") + "\n" + pick("", "\n", fmt.Sprintf("\n\t// Free %d.\n\n", i)))
			switch random.IntN(4) {
			case 0:
			case 1:
				want[path] = dep("v0.2.0")
				for _, line := range lines {
					if strings.Contains(line, "//") {
						kept = append(kept, line[strings.Index(line, "//"):])
					}
				}
			default:
				want[path] = dep("v0.1.0")
				for _, line := range lines {
					if line != "" {
						kept = append(kept, line)
					}
				}
			}
		}
		for range random.IntN(3) {
			want[fmt.Sprintf("n%d.example@v1", random.IntN(9))] = &modfile.Dep{Version: "v1.0.0", Default: random.IntN(2) == 0}
		}
		text.WriteString(end + pick("", "// Tail.\n", "custom: \"c.example\": x: 1\n"))
		before := []byte(text.String())
		if formatted, err := format.Source(before); err != nil {
			t.Fatalf("%v\n%s", err, before)
		} else if random.IntN(2) == 0 {
			before, kept = formatted, nil
		}
		after, err := WithDeps(before, &modfile.File{Deps: want})
		if err != nil {
			t.Fatalf("round %d: %v\n%s", round, err, before)
		}
		file, err := modfile.ParseNonStrict(after, ModuleFile)
		if err != nil || !SameDeps(file.Deps, want) {
			t.Fatalf("round %d: %v\n%s\nbecame\n%s", round, err, before, after)
		}
		for _, line := range kept {
			if !strings.Contains(string(after), line) {
				t.Fatalf("round %d: %q is gone\n%s\nbecame\n%s", round, line, before, after)
			}
		}
		for _, name := range []string{"// Free", "// Tail."} {
			if strings.Count(string(before), name) != strings.Count(string(after), name) {
				t.Fatalf("round %d: a comment %q is gone\n%s\nbecame\n%s", round, name, before, after)
			}
		}
		if _, err := format.Source(after); err != nil {
			t.Fatal(err)
		}
	}
}
