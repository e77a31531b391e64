package pinned

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const internals = "cuelang.org/go/internal"

// TestAllThatIsUsedIsHere compares the names that the files of this program use of CUE's internals with those that are used here.
func TestAllThatIsUsedIsHere(t *testing.T) {
	here, used := map[string]string{}, map[string]string{}
	err := filepath.WalkDir("..", func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(file) != ".go" {
			return err
		}
		switch of := filepath.Base(filepath.Dir(file)); {
		case of == "pinned":
			return collect(file, here)
		case !strings.HasSuffix(file, "_test.go"):
			return collect(file, used)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(used) < 50 {
		t.Fatalf("only %d names are used: %v", len(used), used)
	}
	for _, name := range slices.Sorted(maps.Keys(used)) {
		if _, ok := here[name]; !ok {
			t.Errorf("%s is used in %s, and not in internal/pinned: name it there", name, used[name])
		}
	}
}

// collect adds the names of CUE's internals that a file uses.
func collect(file string, names map[string]string) error {
	syntax, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	packages := map[string]string{}
	for _, spec := range syntax.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return err
		}
		if imported != internals && !strings.HasPrefix(imported, internals+"/") {
			continue
		}
		name := path.Base(imported)
		if spec.Name != nil {
			name = spec.Name.Name
		}
		packages[name] = imported
	}
	ast.Inspect(syntax, func(node ast.Node) bool {
		if selector, ok := node.(*ast.SelectorExpr); ok {
			if of, ok := selector.X.(*ast.Ident); ok && packages[of.Name] != "" {
				names[packages[of.Name]+"."+selector.Sel.Name] = file
			}
		}
		return true
	})
	return nil
}
