package requirements

import (
	"cmp"
	"io/fs"
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"
	cueerrors "cuelang.org/go/cue/errors"
	"cuelang.org/go/cue/literal"
	"cuelang.org/go/internal/buildattr"
	"cuelang.org/go/internal/mod/modimports"
	"cuelang.org/go/internal/mod/modpkgload"
	"cuelang.org/go/mod/module"

	"cuelang.org/go/opm-cue/internal/modfiles"
	"cuelang.org/go/opm-cue/internal/rpc"
)

// importSite is an import of the main module.
type importSite struct {
	text string
	path ast.ImportPath
	at   rpc.Position
	spec *ast.ImportSpec
}

// file is a file of the main module with its imports. ignored says that it has an @ignore() attribute.
type file struct {
	path    string
	ignored bool
	imports []importSite
}

// scan reads the imports of all files of the main module, as `cue mod tidy` looks at them. It is invalid where they cannot be
// read, all of that at once; the imports that can be read are returned with that.
func scan(root fs.FS) ([]file, error) {
	var files []file
	var faults []rpc.Diagnostic
	for read, err := range modimports.AllModuleFiles(root, ".") {
		if err == nil {
			err = read.SyntaxError
		}
		if err != nil {
			faults = append(faults, unreadable(read.FilePath, err)...)
			continue
		}
		f := file{path: read.FilePath, ignored: buildattr.ShouldIgnoreFile(read.Syntax)}
		for spec := range read.Syntax.ImportSpecs() {
			at := modfiles.At(read.FilePath, spec.Path.Pos())
			text, err := literal.Unquote(spec.Path.Value)
			if err != nil {
				faults = append(faults, syntax("invalid import path "+spec.Path.Value, at))
				continue
			}
			path := ast.ParseImportPath(text)
			if err := module.CheckImportPath(text); err != nil && !modpkgload.IsStdlibPackage(path.Path) && !f.ignored {
				faults = append(faults, syntax(err.Error(), at))
				continue
			}
			f.imports = append(f.imports, importSite{text, path, at, spec})
		}
		files = append(files, f)
	}
	if len(faults) > 0 {
		return files, modfiles.Invalid(faults)
	}
	return files, nil
}

func syntax(message string, positions ...rpc.Position) rpc.Diagnostic {
	return rpc.Diagnostic{Message: message, Positions: positions, Check: "syntax"}
}

func unreadable(path string, err error) []rpc.Diagnostic {
	var found []rpc.Diagnostic
	for _, one := range cueerrors.Errors(err) {
		at := rpc.Position{File: path}
		if one.Position().IsValid() {
			at = modfiles.At(path, one.Position())
		}
		message, _, _ := strings.Cut(strings.TrimSpace(one.Error()), "\n")
		found = append(found, syntax(message, at))
	}
	return found
}

// sites returns the imports that requirements come from: those of files that are not ignored, by their places.
func sites(files []file) []importSite {
	var all []importSite
	for _, f := range files {
		if !f.ignored {
			all = append(all, f.imports...)
		}
	}
	slices.SortStableFunc(all, func(a, b importSite) int {
		return cmp.Or(cmp.Compare(a.at.File, b.at.File), cmp.Compare(a.at.Line, b.at.Line), cmp.Compare(a.at.Column, b.at.Column))
	})
	return all
}

// importing returns the imports of a package, given as the libraries write it.
func importing(sites []importSite, canonical string) []importSite {
	var found []importSite
	for _, site := range sites {
		if site.path.Canonical().String() == canonical {
			found = append(found, site)
		}
	}
	return found
}
