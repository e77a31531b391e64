package requirements

import (
	"io/fs"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/literal"
	"cuelang.org/go/internal/mod/modimports"
	"cuelang.org/go/mod/module"

	"cuelang.org/go/opm-cue/internal/modfiles"
	"cuelang.org/go/opm-cue/internal/rpc"
)

// Rewritten is a file of the main module whose imports changed, count of them.
type Rewritten struct {
	Path  string `json:"path"`
	Text  string `json:"text"`
	Count int    `json:"count"`
}

// RewriteImports changes the imports of one module to another major or path; both paths have majors. Nothing else in the files
// changes, and the names that imports have in them stay. An import without a major gets one, but for the main module's own
// packages, which it always means. It is all or nothing: a file whose imports cannot be read is invalid.
func RewriteImports(files fs.FS, from, to string) ([]Rewritten, error) {
	rewriting, err := newRewriting(files, from, to)
	if err != nil {
		return nil, err
	}
	rewritten := []Rewritten{}
	var faults []rpc.Diagnostic
	for read, err := range modimports.AllModuleFiles(files, ".") {
		if err == nil {
			err = read.SyntaxError
		}
		if err != nil {
			faults = append(faults, unreadable(read.FilePath, err)...)
			continue
		}
		changed, err := rewriting.file(files, read)
		if err != nil {
			return nil, err
		}
		if changed.Count > 0 {
			rewritten = append(rewritten, changed)
		}
	}
	if len(faults) > 0 {
		return nil, modfiles.Invalid(faults)
	}
	return rewritten, nil
}

type rewriting struct {
	from, to module.Version
	// own says that from is the main module.
	own       bool
	providers *providers
}

func newRewriting(files fs.FS, from, to string) (*rewriting, error) {
	m, err := modfiles.Read(files)
	if err != nil {
		return nil, err
	}
	seen, err := view(m)
	if err != nil {
		return nil, err
	}
	r := &rewriting{providers: newProviders(seen)}
	for _, path := range []struct {
		text string
		into *module.Version
	}{{from, &r.from}, {to, &r.to}} {
		if *path.into, err = module.NewVersion(path.text, ""); err != nil {
			return nil, rpc.Errorf(rpc.Invalid, "%q is no module path with a major version such as example.com/name@v1: %w", path.text, err)
		}
	}
	// The module file may have its new path already.
	main := r.providers.main
	r.own = main == r.from || main == r.to && r.providers.versions[r.from.Path()] == module.Version{}
	return r, nil
}

// file returns a file with other imports, and how many.
func (r *rewriting) file(files fs.FS, read modimports.ModuleFile) (Rewritten, error) {
	result := Rewritten{Path: read.FilePath}
	var text []byte
	var out strings.Builder
	done := 0
	for spec := range read.Syntax.ImportSpecs() {
		imported, err := literal.Unquote(spec.Path.Value)
		if err != nil {
			return result, modfiles.Invalid([]rpc.Diagnostic{syntax("invalid import path "+spec.Path.Value, modfiles.At(read.FilePath, spec.Path.Pos()))})
		}
		changed, ok := r.path(ast.ParseImportPath(imported))
		if !ok {
			continue
		}
		if text == nil {
			if text, err = fs.ReadFile(files, read.FilePath); err != nil {
				return result, rpc.Errorf(rpc.General, "cannot read %s: %w", read.FilePath, err)
			}
		}
		start := spec.Path.Pos().Offset()
		out.Write(text[done:start])
		out.WriteString(literal.String.Quote(changed))
		done = start + len(spec.Path.Value)
		result.Count++
	}
	out.Write(text[done:])
	result.Text = out.String()
	return result, nil
}

// path returns what to import instead of a path, if it is one of the module's.
func (r *rewriting) path(imported ast.ImportPath) (string, bool) {
	base := r.from.BasePath()
	if imported.Path != base && !strings.HasPrefix(imported.Path, base+"/") {
		return "", false
	}
	major := majorOf(r.from)
	if imported.Version != "" && imported.Version != major {
		return "", false
	}
	if imported.Version == "" && !r.own && r.providers.defaults[base] != "" && r.providers.defaults[base] != major && r.providers.defaults[base] != majorOf(r.to) {
		return "", false
	}
	if provider, ok := r.providers.provider(imported); ok && len(provider.BasePath()) > len(base) {
		return "", false
	}
	changed := imported
	changed.Path = r.to.BasePath() + strings.TrimPrefix(imported.Path, base)
	if imported.Version != "" || !r.own {
		changed.Version = majorOf(r.to)
	}
	changed.ExplicitQualifier = false
	return changed.String(), changed != imported && changed.String() != imported.String()
}
