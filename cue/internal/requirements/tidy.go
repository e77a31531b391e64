package requirements

import (
	"bytes"
	"context"
	"io/fs"
	"slices"

	"cuelang.org/go/internal/mod/modload"
	"cuelang.org/go/mod/modfile"
	"cuelang.org/go/mod/module"

	"cuelang.org/go/opm-cue/internal/modfiles"
)

// TidyOptions are those of `cue mod tidy`. Frozen chooses no versions: what is missing is only named.
type TidyOptions struct {
	Frozen    bool
	LocalOnly bool
}

// TidyResult says whether a module is tidy, and what makes it so.
type TidyResult struct {
	Tidy      bool            `json:"tidy"`
	Texts     modfiles.Texts  `json:"texts"`
	Changes   []Change        `json:"changes"`
	BuildList []ModuleVersion `json:"buildList"`
}

// tidier is one run of tidy.
type tidier struct {
	source  *source
	files   fs.FS
	folder  string
	module  *modfiles.Module
	options TidyOptions
	sites   []importSite
}

// Tidy finds what a module needs, as `cue mod tidy` does. folder is the absolute name of what files has. A missing module comes
// in its newest stable version. It is not-found when no module provides an import, invalid for imports that cannot be
// resolved, each with its places.
func Tidy(ctx context.Context, folder string, files fs.FS, registry modload.Registry, options TidyOptions) (*TidyResult, error) {
	m, err := modfiles.Read(files)
	if err != nil {
		return nil, err
	}
	scanned, err := scan(files)
	if err != nil {
		return nil, err
	}
	if err := checkReplacements(folder, m); err != nil {
		return nil, err
	}
	t := &tidier{source: newSource(ctx, registry), files: files, folder: folder, module: m, options: options, sites: sites(scanned)}
	t.source.frozen = options.Frozen
	t.warm()
	tidied, err := guarded(func() (*modload.TidyResult, error) {
		return modload.Tidy(ctx, files, ".", t.source, t.libraryOptions())
	})
	if err != nil && t.source.asked {
		return t.untidy()
	}
	if err != nil {
		return nil, t.explain(err)
	}
	return t.result(tidied)
}

func (t *tidier) libraryOptions() *modload.TidyOptions {
	return &modload.TidyOptions{LocForPath: folders(t.folder), LocalOnly: t.options.LocalOnly}
}

// warm fetches at once what will be looked at one after the other: of what is required, all that an import may lead to.
func (t *tidier) warm() {
	replaced := map[string]bool{}
	for _, f := range []*modfile.File{t.module.File, t.module.Local} {
		for path, dep := range fullDeps(f) {
			replaced[path] = replaced[path] || dep.ReplaceWith != "" && t.options.LocalOnly
		}
	}
	wanted := slices.DeleteFunc(slices.Clone(t.module.File.DepVersions()), func(mv module.Version) bool {
		return replaced[mv.Path()] || mv.Version() == ""
	})
	each(wanted, func(mv module.Version) {
		if _, err := t.source.ModFile(t.source.ctx, mv); err == nil {
			_, _ = t.source.Fetch(t.source.ctx, mv)
		}
	})
}

// untidy says which imports lack a module, without choosing one.
func (t *tidier) untidy() (*TidyResult, error) {
	seen, err := view(t.module)
	if err != nil {
		return nil, err
	}
	packages, err := t.load(seen)
	if err != nil {
		return nil, err
	}
	missing, err := t.missing(packages, newProviders(seen))
	if err != nil {
		return nil, err
	}
	return &TidyResult{Changes: missing, BuildList: toList(seen.DepVersions())}, nil
}

func (t *tidier) result(tidied *modload.TidyResult) (*TidyResult, error) {
	m := t.module
	base := m.File
	result := &TidyResult{}
	if tidied.Module != nil {
		var err error
		if base, err = initialised(tidied.Module, tidied.Module.Deps); err != nil {
			return nil, err
		}
		text, err := modfiles.WithDeps(m.Text, base)
		if err != nil {
			return nil, err
		}
		if !bytes.Equal(text, m.Text) {
			result.Texts.Module = text
		}
	}
	if tidied.Local != nil {
		text, err := modfiles.WithLocalDeps(m.LocalText, tidied.Local, base)
		if err != nil {
			return nil, err
		}
		if !bytes.Equal(text, m.LocalText) {
			result.Texts.Local = text
		}
	} else {
		result.Texts.RemoveLocal = m.LocalText != nil
	}
	if err := t.describe(result, base, tidied.Local); err != nil {
		return nil, err
	}
	return result, nil
}

// describe says what changed, and whether cue calls that untidy: a text may change that says the same.
func (t *tidier) describe(result *TidyResult, base, local *modfile.File) error {
	result.Changes = diff(t.module.File, base, nil, t.sites)
	if local != nil {
		next, err := initialised(base, local.Deps)
		if err != nil {
			return err
		}
		old, err := view(t.module)
		if err != nil {
			return err
		}
		for _, change := range diff(old, next, nil, t.sites) {
			if !slices.ContainsFunc(result.Changes, func(c Change) bool { return c.Path == change.Path }) {
				result.Changes = append(result.Changes, change)
			}
		}
		local = next
	}
	result.BuildList = buildList(base, local, t.options.LocalOnly)
	texts := result.Texts
	result.Tidy = texts.Module == nil && texts.Local == nil && !texts.RemoveLocal
	if !result.Tidy {
		_, err := guarded(func() (any, error) {
			return nil, modload.CheckTidy(t.source.ctx, t.files, ".", t.source, t.libraryOptions())
		})
		result.Tidy = err == nil
	}
	return t.explainChanges(result.Changes, base, local)
}

// buildList returns what both views need from registries.
func buildList(base, local *modfile.File, localOnly bool) []ModuleVersion {
	list := []module.Version{}
	if !localOnly || local == nil {
		list = append(list, base.DepVersions()...)
	}
	if local != nil {
		for _, mv := range local.DepVersions() {
			dep := fullDeps(local)[mv.Path()]
			if dep != nil && dep.ReplaceWith == "" && !slices.Contains(list, mv) {
				list = append(list, mv)
			}
		}
	}
	slices.SortFunc(list, module.Version.Compare)
	return toList(list)
}

// explainChanges finds the imports that lead to a new module through other modules, where none leads there directly.
func (t *tidier) explainChanges(changes []Change, base, local *modfile.File) error {
	unexplained := slices.ContainsFunc(changes, func(c Change) bool { return c.From == "" && len(c.Imports) == 0 })
	if !unexplained {
		return nil
	}
	seen := base
	if local != nil {
		seen = local
	}
	packages, err := t.load(seen)
	if err != nil {
		return err
	}
	for i, change := range changes {
		if change.From == "" && len(change.Imports) == 0 {
			changes[i].Imports = append(changes[i].Imports, t.leading(packages, change.Path)...)
		}
	}
	return nil
}
