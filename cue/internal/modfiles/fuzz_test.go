package modfiles

import (
	"testing"

	"cuelang.org/go/mod/modfile"
)

// FuzzWithDeps gives files of any bytes: what can be read before can be read after, and says what is wanted.
func FuzzWithDeps(f *testing.F) {
	for _, seed := range []string{
		"", head, head + "deps: {\n\t\"a.example@v0\": v: \"v0.1.0\"\n}\n", head + "deps: \"b.example@v0\": {v: \"v0.1.0\", default: true} // x\n",
		"{" + head + "deps: {{}}\n}", head + "// a\ndeps: \"a.example\": v: \"\"\"\n\tv0.1.0\n\t\"\"\"", head + "deps: {\"c.example@v1\": {default: true, v: \"v1.0.0\"},}\r\n@x()",
	} {
		f.Add([]byte(seed))
	}
	want := &modfile.File{Module: "x.example@v0", Language: &modfile.Language{Version: "v0.17.0"}, Deps: map[string]*modfile.Dep{
		"a.example@v0": dep("v0.2.0"), "c.example@v1": {Version: "v1.0.0", Default: true},
	}}
	f.Fuzz(func(t *testing.T, text []byte) {
		if _, err := Fix(text); err == nil {
			_, _ = Edit(text, nil, Edits{Language: "v0.17.0", Source: Optional{Given: true}})
		}
		if _, err := modfile.ParseNonStrict(text, ModuleFile); err != nil {
			_, _ = WithDeps(text, want)
			return
		}
		got, err := WithDeps(text, want)
		if err != nil {
			t.Fatalf("%v\n%q", err, text)
		}
		file, err := modfile.ParseNonStrict(got, ModuleFile)
		if err != nil || !SameDeps(file.Deps, want.Deps) {
			t.Fatalf("%v\n%q\nbecame\n%q", err, text, got)
		}
	})
}
