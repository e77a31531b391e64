package evaluate

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/internal"
)

// embeddedBy returns the files that a file of the module embeds, relative to the root of the module. What is not there is for the evaluation to tell.
func embeddedBy(root, source string, file *ast.File) []string {
	folder := path.Dir(source)
	files := os.DirFS(filepath.Join(root, filepath.FromSlash(folder)))
	var found []string
	add := func(name string) {
		info, err := fs.Stat(files, name)
		if full := path.Join(folder, name); err == nil && !info.IsDir() && !slices.Contains(found, full) {
			found = append(found, full)
		}
	}
	ast.Walk(file, func(node ast.Node) bool {
		attribute, ok := node.(*ast.Attribute)
		if !ok {
			return true
		}
		if key, _ := attribute.Split(); key != "embed" {
			return true
		}
		parsed := internal.ParseAttr(attribute)
		if name, ok, err := parsed.Lookup(0, "file"); ok && err == nil && fs.ValidPath(name) {
			add(name)
		}
		if pattern, ok, err := parsed.Lookup(0, "glob"); ok && err == nil {
			matches, _ := fs.Glob(files, path.Clean(pattern))
			for _, name := range matches {
				if matchesDots(pattern, name) {
					add(name)
				}
			}
		}
		return true
	}, nil)
	return found
}

// matchesDots says that elements that begin with a dot are asked for, as cue has it.
func matchesDots(pattern, name string) bool {
	wanted := strings.Split(pattern, "/")
	for i, element := range strings.Split(name, "/") {
		if strings.HasPrefix(element, ".") && (i >= len(wanted) || !strings.HasPrefix(wanted[i], ".")) {
			return false
		}
	}
	return true
}
