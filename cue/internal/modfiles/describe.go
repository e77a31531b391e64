package modfiles

import (
	"cmp"
	"slices"

	"cuelang.org/go/cue/ast"

	"cuelang.org/go/opm-cue/internal/rpc"
)

// Description is `moduleFile` of the protocol.
type Description struct {
	Path            string       `json:"path"`
	BasePath        string       `json:"basePath"`
	Major           string       `json:"major"`
	HasMajor        bool         `json:"hasMajor"`
	Language        string       `json:"language"`
	Source          string       `json:"source,omitempty"`
	Description     *string      `json:"description,omitempty"`
	Dependencies    []Dependency `json:"dependencies"`
	Local           bool         `json:"local"`
	DeclaredVersion string       `json:"declaredVersion,omitempty"`
}

// Dependency is one entry of `deps`, with what local-module.cue adds. Version is empty for one that is only replaced.
type Dependency struct {
	Path        string       `json:"path"`
	Version     string       `json:"version"`
	Default     bool         `json:"default"`
	ReplaceWith string       `json:"replaceWith,omitempty"`
	Position    rpc.Position `json:"position"`
}

// Describe says what a module's files have.
func (m *Module) Describe() Description {
	file := m.File
	result := Description{
		Path: file.QualifiedModule(), BasePath: file.ModuleRootPath(), Major: file.MajorVersion(),
		Language: file.Language.Version, Dependencies: []Dependency{}, Local: m.LocalText != nil,
	}
	_, _, result.HasMajor = ast.SplitPackageVersion(file.Module)
	if file.Source != nil {
		result.Source = file.Source.Kind
	}
	positions := m.positions()
	for path, dep := range file.Deps {
		result.Dependencies = append(result.Dependencies, Dependency{withMajor(path, dep.Version), dep.Version, dep.Default, dep.ReplaceWith, positions[path]})
	}
	if document, err := parseDocument(ModuleFile, m.Text); err == nil {
		if text, at := document.stringAt("description"); at != nil {
			result.Description = &text
		}
	}
	if m.Local != nil {
		m.addLocal(&result, positions)
	}
	slices.SortFunc(result.Dependencies, func(a, b Dependency) int { return cmp.Compare(a.Path, b.Path) })
	return result
}

func (m *Module) addLocal(result *Description, positions map[string]rpc.Position) {
	for path, dep := range m.Local.Deps {
		i := slices.IndexFunc(result.Dependencies, func(d Dependency) bool { return d.Path == withMajor(path, dep.Version) })
		if i >= 0 {
			result.Dependencies[i].ReplaceWith = cmp.Or(dep.ReplaceWith, result.Dependencies[i].ReplaceWith)
		} else if dep.ReplaceWith != "" {
			result.Dependencies = append(result.Dependencies, Dependency{withMajor(path, dep.Version), dep.Version, dep.Default, dep.ReplaceWith, positions[path]})
		}
	}
}

// positions returns where the entries of `deps` are, by their paths as they are written; of module.cue first.
func (m *Module) positions() map[string]rpc.Position {
	positions := map[string]rpc.Position{}
	for _, file := range []struct {
		name string
		text []byte
	}{{ModuleFile, m.Text}, {LocalFile, m.LocalText}} {
		d, err := parseDocument(file.name, file.text)
		if err != nil {
			continue
		}
		for _, entry := range d.deps() {
			if _, ok := positions[entry.name]; !ok {
				positions[entry.name] = At(file.name, entry.position())
			}
		}
	}
	return positions
}

// Positions returns where the dependencies of a module are required, by path with major.
func (m *Module) Positions() map[string]rpc.Position {
	positions := map[string]rpc.Position{}
	for _, dep := range m.Describe().Dependencies {
		positions[dep.Path] = dep.Position
	}
	for path, dep := range m.localDeps() {
		if _, ok := positions[withMajor(path, dep)]; !ok {
			positions[withMajor(path, dep)] = m.positions()[path]
		}
	}
	return positions
}

func (m *Module) localDeps() map[string]string {
	versions := map[string]string{}
	if m.Local != nil {
		for path, dep := range m.Local.Deps {
			versions[path] = dep.Version
		}
	}
	return versions
}
