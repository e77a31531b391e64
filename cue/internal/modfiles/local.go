package modfiles

import (
	"bytes"

	"cuelang.org/go/cue/literal"
	"cuelang.org/go/internal/mod/modpkgload"
	"cuelang.org/go/internal/mod/semver"
	"cuelang.org/go/mod/modfile"

	"cuelang.org/go/opm-cue/internal/rpc"
)

// HasReplacements says whether a file replaces modules.
func HasReplacements(file *modfile.File) bool {
	for _, dep := range file.Deps {
		if dep.ReplaceWith != "" {
			return true
		}
	}
	return false
}

// editLocal brings local-module.cue in line with a changed module.cue, and edits replacements.
func editLocal(result *Texts, oldText, local []byte, base *modfile.File, edits Edits) error {
	replaces := len(edits.Replace) > 0 || len(edits.DropReplace) > 0
	if local == nil && !replaces || result.Module == nil && !replaces {
		return nil
	}
	old, err := modfile.ParseNonStrict(oldText, ModuleFile)
	if err != nil {
		old = base
	}
	text := local
	if local != nil {
		if text, err = renameLocal(local, old, base); err != nil {
			return err
		}
	}
	want, err := localView(text, old, base)
	if err != nil {
		return err
	}
	if err := editReplacements(want, edits); err != nil {
		return err
	}
	if replaces && !HasReplacements(want) {
		result.RemoveLocal = local != nil
		return nil
	}
	changed, err := WithLocalDeps(text, want, base)
	if err != nil {
		return rpc.Errorf(rpc.Invalid, "%s would be wrong after that: %w", LocalFile, err)
	}
	if _, err := ParseLocal(changed, base); err != nil {
		return err
	}
	if !bytes.Equal(changed, local) {
		result.Local = changed
	}
	return nil
}

// renameLocal writes the new path of the module where local-module.cue names it.
func renameLocal(local []byte, old, base *modfile.File) ([]byte, error) {
	d, err := parseDocument(LocalFile, local)
	if err != nil {
		return nil, Invalid(diagnose(LocalFile, local, base, err))
	}
	if path, m := d.stringAt("module"); m != nil && old.Module != base.Module && path != "" {
		if _, err := d.setValue(literal.String.Quote(base.Module), "module"); err != nil {
			return nil, err
		}
	}
	return d.text, nil
}

// SyncLocal returns local-module.cue for a module.cue that changed: it has to have all dependencies, at no lower versions, and
// none that are gone.
func SyncLocal(local []byte, old, base *modfile.File) ([]byte, error) {
	want, err := localView(local, old, base)
	if err != nil {
		return nil, err
	}
	return WithLocalDeps(local, want, base)
}

// localView is what local-module.cue should say beside base; local is nil where there is none yet.
func localView(local []byte, old, base *modfile.File) (*modfile.File, error) {
	want := &modfile.File{Deps: map[string]*modfile.Dep{}}
	if local == nil {
		for path, dep := range base.Deps {
			copied := *dep
			want.Deps[withMajor(path, dep.Version)] = &copied
		}
		return want, nil
	}
	same := *old
	same.Module = base.Module
	view, err := ParseLocal(local, &same)
	if err != nil {
		return nil, err
	}
	d, err := parseDocument(LocalFile, local)
	if err != nil {
		return nil, err
	}
	for path, dep := range view.Deps {
		full, copied := withMajor(path, dep.Version), *dep
		gone := old.Deps[path] != nil && base.Deps[full] == nil
		if gone && dep.ReplaceWith == "" {
			continue
		}
		if gone {
			copied.Version = d.written(path).Version
		}
		want.Deps[full] = &copied
	}
	for path, dep := range base.Deps {
		path = withMajor(path, dep.Version)
		was, mine := old.Deps[path], want.Deps[path]
		switch {
		case mine == nil && was == nil:
			want.Deps[path] = &modfile.Dep{Version: dep.Version, Default: dep.Default}
		case mine != nil && (was == nil || *was != *dep):
			if was != nil || semver.Compare(mine.Version, dep.Version) < 0 {
				mine.Version = dep.Version
			}
			mine.Default = dep.Default
		}
	}
	return want, nil
}

func editReplacements(want *modfile.File, edits Edits) error {
	for _, path := range edits.DropReplace {
		if err := checkFull(path); err != nil {
			return err
		}
		if dep := want.Deps[path]; dep != nil {
			dep.ReplaceWith = ""
			if dep.Version == "" {
				delete(want.Deps, path)
			}
		}
	}
	for _, r := range edits.Replace {
		if err := checkFull(r.Path); err != nil {
			return err
		}
		if _, _, _, err := modpkgload.ReplaceTarget(r.With); err != nil {
			return rpc.Errorf(rpc.Invalid, "cannot replace %s with %q: %w: give a folder that begins with ./ or ../, or a module path with its major", r.Path, r.With, err)
		}
		dep := want.Deps[r.Path]
		if dep == nil {
			dep = &modfile.Dep{}
			want.Deps[r.Path] = dep
		}
		dep.ReplaceWith = r.With
	}
	return nil
}
