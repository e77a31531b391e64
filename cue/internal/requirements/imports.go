package requirements

import (
	"context"
	"io/fs"
	"path"
	"strings"

	"cuelang.org/go/internal/mod/modload"
	"cuelang.org/go/mod/module"

	"cuelang.org/go/opm-cue/internal/modfiles"
	"cuelang.org/go/opm-cue/internal/rpc"
)

// Imported is an import of the main module. Module is what provides it, with its major; empty where nothing in the
// requirements does, as for the standard library and for cue.mod/pkg.
type Imported struct {
	Import   string       `json:"import"`
	Module   string       `json:"module,omitempty"`
	Position rpc.Position `json:"position"`
}

// Imports lists the imports of a module's files. A module is only fetched to tell two apart whose paths both lie above an import;
// when that fails the longer path is taken, as it nearly always is the right one.
func Imports(ctx context.Context, folder string, files fs.FS, registry func() (modload.Registry, error)) ([]Imported, error) {
	m, err := modfiles.Read(files)
	if err != nil {
		return nil, err
	}
	seen, err := view(m)
	if err != nil {
		return nil, err
	}
	scanned, err := scan(files)
	if err != nil {
		return nil, err
	}
	p := newProviders(seen)
	imports := []Imported{}
	for _, site := range sites(scanned) {
		found := p.candidates(site.path)
		if inFolder(files, path.Join("cue.mod/pkg", site.path.Path), "cue.mod/gen/"+site.path.Path, "cue.mod/usr/"+site.path.Path) {
			found = nil
		}
		if len(found) > 1 {
			inner, err := registry()
			if err != nil {
				return nil, err
			}
			replaced, _, err := replacing(inner, seen, folder)
			if err != nil {
				return nil, err
			}
			found = having(ctx, files, p.main, found, site.path.Path, replaced)
		}
		imported := Imported{Import: site.text, Position: site.at}
		if len(found) > 0 {
			imported.Module = found[0].Path()
		}
		imports = append(imports, imported)
	}
	return imports, nil
}

// having returns the first of the modules that has a package, or all of them when none can be seen to.
func having(ctx context.Context, files fs.FS, main module.Version, modules []module.Version, imported string, registry modload.Registry) []module.Version {
	for i, mv := range modules {
		location := module.SourceLoc{FS: files, Dir: "."}
		if mv != main {
			var err error
			if location, err = registry.Fetch(ctx, mv); err != nil {
				continue
			}
		}
		folder := path.Join(location.Dir, strings.TrimPrefix(strings.TrimPrefix(imported, mv.BasePath()), "/"))
		if inFolder(location.FS, folder) {
			return modules[i:]
		}
	}
	return modules
}

// inFolder says that one of the folders has CUE files.
func inFolder(files fs.FS, folders ...string) bool {
	for _, folder := range folders {
		entries, err := fs.ReadDir(files, folder)
		if err != nil {
			continue
		}
		for _, entry := range entries {
			if !entry.IsDir() && strings.HasSuffix(entry.Name(), ".cue") {
				return true
			}
		}
	}
	return false
}
