package modfiles

import (
	"bytes"
	"maps"
	"slices"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/format"
	"cuelang.org/go/cue/parser"
	"cuelang.org/go/mod/modfile"
)

// The files that a module has, relative to its root.
const (
	ModuleFile = "cue.mod/module.cue"
	LocalFile  = "cue.mod/local-module.cue"
)

// WithDeps returns the text of module.cue with the dependencies of want, as cue's own commands compute them. Where text is
// just as cue writes it, so is the result; else everything but the changed entries stays.
func WithDeps(text []byte, want *modfile.File) ([]byte, error) {
	old, err := modfile.ParseNonStrict(text, ModuleFile)
	if err == nil && SameDeps(old.Deps, want.Deps) {
		return text, nil
	}
	if err == nil {
		if formatted, err := modfile.Format(old); err == nil && bytes.Equal(formatted, text) {
			return modfile.Format(want)
		}
	}
	return change(ModuleFile, text, func(d *document) error { return d.setDeps(want.Deps, nil) }, func(result []byte) bool {
		file, err := modfile.ParseNonStrict(result, ModuleFile)
		return err == nil && SameDeps(file.Deps, want.Deps)
	})
}

// WithLocalDeps does the same for local-module.cue, which leaves out what it has from base, the module.cue beside it. The text
// is nil where the file is not there yet.
func WithLocalDeps(text []byte, want, base *modfile.File) ([]byte, error) {
	if text == nil {
		return modfile.FormatLocal(want, base)
	}
	says := func(result []byte) bool {
		file, err := modfile.ParseLocal(result, LocalFile, base)
		return err == nil && SameDeps(file.Deps, want.Deps)
	}
	if says(text) && isShortest(text, want, base) {
		return text, nil
	}
	if old, err := modfile.ParseLocal(text, LocalFile, base); err == nil {
		if formatted, err := modfile.FormatLocal(old, base); err == nil && bytes.Equal(formatted, text) {
			return modfile.FormatLocal(want, base)
		}
	}
	changed, err := change(LocalFile, text, func(d *document) error { return d.setDeps(want.Deps, base.Deps) }, says)
	if err != nil {
		return modfile.FormatLocal(want, base)
	}
	return changed, nil
}

// isShortest says that a local-module.cue leaves out what it has from module.cue.
func isShortest(text []byte, want, base *modfile.File) bool {
	d, err := parseDocument(LocalFile, text)
	if err != nil {
		return true
	}
	return !slices.ContainsFunc(d.deps(), func(m *member) bool {
		dep := want.Deps[m.name]
		return dep != nil && len(inheritedFields(d.written(m.name), *dep, base.Deps[m.name])) > 0
	})
}

// SameDeps says whether two files require the same.
func SameDeps(a, b map[string]*modfile.Dep) bool {
	return maps.EqualFunc(a, b, func(x, y *modfile.Dep) bool { return *x == *y })
}

// change changes a text in place. Where the result does not say what it should, `deps` is written anew.
func change(name string, text []byte, edit func(*document) error, says func([]byte) bool) ([]byte, error) {
	if result, err := inPlace(name, text, edit); err == nil && says(result) {
		return result, nil
	}
	d, err := parseDocument(name, text)
	if err != nil {
		return nil, err
	}
	if err := d.remove("deps"); err != nil {
		return nil, err
	}
	if err := edit(d); err != nil {
		return nil, err
	}
	if says(d.text) {
		return d.text, nil
	}
	return nil, errNoChange
}

// inPlace makes an edit. A text that is formatted stays so, unless lines would change that the edit is not about: cue aligns
// values without braces, so entries are written with braces where that helps.
func inPlace(name string, text []byte, edit func(*document) error) ([]byte, error) {
	stable := isFormatted(text)
	var first []byte
	for _, long := range []bool{false, true} {
		d, err := parseDocument(name, text)
		if err != nil {
			return nil, err
		}
		d.long = long
		if err := edit(d); err != nil {
			return nil, err
		}
		if formatted, ok := formatChanged(text, d.text); ok || !stable {
			if !stable {
				formatted = d.text
			}
			return formatted, nil
		}
		if first == nil {
			first = d.text
		}
	}
	return first, nil
}

func isFormatted(text []byte) bool {
	formatted, err := format.Source(text)
	return err == nil && bytes.Equal(formatted, text)
}

// formatChanged formats a changed text. It says whether all is still there: the comments, and the lines that did not change.
func formatChanged(before, after []byte) ([]byte, bool) {
	formatted, err := format.Source(after)
	if err != nil || !slices.Equal(comments(formatted), comments(after)) {
		return nil, false
	}
	old, changed, now := lineCounts(before), lineCounts(after), lineCounts(formatted)
	for line, n := range old {
		if now[line] < min(n, changed[line]) {
			return nil, false
		}
	}
	return formatted, true
}

func lineCounts(text []byte) map[string]int {
	counts := map[string]int{}
	for line := range bytes.Lines(text) {
		if !isBlank(line) {
			counts[string(bytes.TrimRight(line, "\r\n"))]++
		}
	}
	return counts
}

func comments(text []byte) []string {
	file, err := parser.ParseFile(ModuleFile, text, parser.ParseComments)
	if err != nil {
		return nil
	}
	var found []string
	ast.Walk(file, func(node ast.Node) bool {
		for _, group := range ast.Comments(node) {
			for _, comment := range group.List {
				found = append(found, comment.Text)
			}
		}
		return true
	}, nil)
	slices.Sort(found)
	return found
}
