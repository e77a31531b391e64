package evaluate

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/build"
	"cuelang.org/go/cue/errors"
	"cuelang.org/go/cue/literal"
	"cuelang.org/go/cue/load"
	"cuelang.org/go/cue/parser"
)

// vetUnresolved looks at packages that were not loaded because imports lead nowhere, as if these could have any value, so that what else
// is wrong is told at once.
func (v *vetting) vetUnresolved(insts []*build.Instance) {
	missing := map[string][]string{}
	var patterns []string
	for _, inst := range insts {
		if inst.Err == nil || inst.Dir == "" {
			continue
		}
		relative, err := filepath.Rel(v.source.root, inst.Dir)
		if err != nil || !v.onlyUnresolved(inst, missing) {
			continue
		}
		pattern := "./" + filepath.ToSlash(relative)
		if inst.PkgName != "" {
			pattern += ":" + inst.PkgName
		}
		patterns = append(patterns, pattern)
	}
	if len(patterns) == 0 {
		return
	}
	overlay := map[string]load.Source{}
	for name, imports := range missing {
		if text, ok := withoutImports(name, imports); ok {
			overlay[name] = load.FromBytes(text)
		}
	}
	for _, inst := range v.loadOver(overlay, "", patterns...) {
		if inst.Err == nil {
			err := v.ctx.BuildInstance(inst).Validate(cue.Attributes(true), cue.Definitions(true), cue.Hidden(true))
			v.findings.addError(checkEvaluation, "", err)
		}
	}
}

// onlyUnresolved says that nothing else kept a package from being loaded, and notes which imports of which files of the module lead nowhere.
func (v *vetting) onlyUnresolved(inst *build.Instance, missing map[string][]string) bool {
	for _, one := range errors.Errors(inst.Err) {
		match := noProvider.FindStringSubmatch(plainly(messageOf(one)))
		positions := errors.Positions(one)
		if match == nil || len(positions) == 0 {
			return false
		}
		name := positions[len(positions)-1].Filename()
		if relative, err := filepath.Rel(v.source.root, name); err != nil || !filepath.IsLocal(relative) {
			return false
		}
		if !slices.Contains(missing[name], match[1]) {
			missing[name] = append(missing[name], match[1])
		}
	}
	return true
}

// withoutImports returns a file in which names of imports stand for any value. All else is where it was.
func withoutImports(name string, imports []string) ([]byte, bool) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, false
	}
	file, err := parser.ParseFile(name, text, parser.ImportsOnly)
	if err != nil {
		return nil, false
	}
	text = bytes.Clone(text)
	var names []string
	for _, decl := range file.Decls {
		group, ok := decl.(*ast.ImportDecl)
		if !ok {
			continue
		}
		for _, spec := range group.Specs {
			imported, err := literal.Unquote(spec.Path.Value)
			path := ast.ParseImportPath(imported)
			if err != nil || !slices.Contains(imports, imported) && !slices.Contains(imports, path.Canonical().String()) {
				continue
			}
			used := path.Qualifier
			if spec.Name != nil {
				used = spec.Name.Name
			}
			names = append(names, used)
			from := spec.Pos().Offset()
			if !group.Lparen.IsValid() {
				from = group.Pos().Offset()
			}
			blank(text[from:spec.End().Offset()])
		}
	}
	for _, used := range names {
		text = append(text, "\nlet "+used+" = _"...)
	}
	return text, len(names) > 0
}

func blank(text []byte) {
	for i, c := range text {
		if !strings.ContainsRune("\r\n", rune(c)) {
			text[i] = ' '
		}
	}
}
