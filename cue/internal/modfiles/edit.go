package modfiles

import (
	"bytes"
	"encoding/json"
	"fmt"

	"cuelang.org/go/cue/literal"
	"cuelang.org/go/internal/cueversion"
	"cuelang.org/go/mod/modfile"
	"cuelang.org/go/mod/module"

	"cuelang.org/go/opm-cue/internal/rpc"
)

// Texts are the new texts of a module's files. What is nil stays as it is; RemoveLocal removes local-module.cue.
type Texts struct {
	Module, Local []byte
	RemoveLocal   bool
}

// MarshalJSON writes what the protocol calls moduleTexts.
func (t Texts) MarshalJSON() ([]byte, error) {
	fields := map[string]*string{}
	if t.Module != nil {
		text := string(t.Module)
		fields["module"] = &text
	}
	if t.RemoveLocal {
		fields["local"] = nil
	} else if t.Local != nil {
		text := string(t.Local)
		fields["local"] = &text
	}
	return json.Marshal(fields)
}

// Optional is a parameter that may be left out, null, or a string.
type Optional struct {
	Given bool
	Value *string
}

// UnmarshalJSON implements [json.Unmarshaler].
func (o *Optional) UnmarshalJSON(raw []byte) error {
	o.Given = true
	return json.Unmarshal(raw, &o.Value)
}

// Edits are what to change in the files of a module, as `cue mod edit` has it. Null removes.
type Edits struct {
	Module      string        `json:"module"`
	Source      Optional      `json:"source"`
	Language    string        `json:"language"`
	Description Optional      `json:"description"`
	Require     []Requirement `json:"require"`
	Drop        []string      `json:"drop"`
	Replace     []Replacement `json:"replace"`
	DropReplace []string      `json:"dropReplace"`
}

// Requirement is a dependency that is set. Default nil leaves it as it is.
type Requirement struct {
	Path    string `json:"path"`
	Version string `json:"version"`
	Default *bool  `json:"default"`
}

// Replacement is what stands for a module: a folder or `path@vN`.
type Replacement struct {
	Path string `json:"path"`
	With string `json:"with"`
}

// Edit changes module.cue, and local-module.cue with it; local is nil where there is none. What cannot be read after the
// change is invalid; what was wrong before may be set right.
func Edit(text, local []byte, edits Edits) (Texts, error) {
	if _, err := parseDocument(ModuleFile, text); err != nil {
		return Texts{}, Invalid(diagnose(ModuleFile, text, nil, err))
	}
	changed, err := inPlace(ModuleFile, text, func(d *document) error {
		if err := d.editFields(edits); err != nil {
			return err
		}
		return d.editDeps(edits)
	})
	if err != nil {
		return Texts{}, err
	}
	file, err := Parse(changed)
	if err != nil {
		return Texts{}, err
	}
	if old, err := modfile.ParseNonStrict(text, ModuleFile); err == nil {
		if formatted, err := modfile.Format(old); err == nil && bytes.Equal(formatted, text) && !edits.Description.Given {
			if changed, err = modfile.Format(file); err != nil {
				return Texts{}, err
			}
		}
	}
	result := Texts{}
	if !bytes.Equal(changed, text) {
		result.Module = changed
	}
	return result, editLocal(&result, text, local, file, edits)
}

func (d *document) editFields(edits Edits) error {
	if edits.Module != "" {
		if err := module.CheckPath(edits.Module); err != nil {
			return rpc.Errorf(rpc.Invalid, "%w", err)
		}
		if err := d.setString(literal.String.Quote(edits.Module), "module"); err != nil {
			return err
		}
	}
	if edits.Language != "" {
		version, err := languageVersion(edits.Language)
		if err != nil {
			return err
		}
		if err := d.setString(literal.String.Quote(version), "language", "version"); err != nil {
			return err
		}
	}
	if err := d.editOptional(edits.Source, func(kind string) error {
		if err := (&modfile.Source{Kind: kind}).Validate(); err != nil {
			return rpc.Errorf(rpc.Invalid, `%w: a source is "self" or "git"`, err)
		}
		return d.setString(literal.String.Quote(kind), "source", "kind")
	}, "source"); err != nil {
		return err
	}
	return d.editOptional(edits.Description, func(text string) error {
		return d.setString(literal.String.WithOptionalTabIndent(1).Quote(text), "description")
	}, "description")
}

func (d *document) editOptional(value Optional, set func(string) error, name string) error {
	if value.Given && value.Value == nil {
		return d.remove(name)
	}
	if value.Given {
		return set(*value.Value)
	}
	return nil
}

// languageVersion checks a language version; `current` and nothing are cue's own.
func languageVersion(version string) (string, error) {
	if version == "" || version == "current" {
		return cueversion.LanguageVersion(), nil
	}
	if err := CheckLanguage(version); err != nil {
		return "", rpc.Errorf(rpc.Invalid, "%w", err)
	}
	return version, nil
}

// editDeps sets and drops requirements. A path that is made the default takes that from the other majors.
func (d *document) editDeps(edits Edits) error {
	if len(edits.Require) == 0 && len(edits.Drop) == 0 {
		return nil
	}
	want := map[string]*modfile.Dep{}
	for _, m := range d.deps() {
		dep := d.written(m.name)
		want[withMajor(m.name, dep.Version)] = &dep
	}
	for _, path := range edits.Drop {
		if err := checkFull(path); err != nil {
			return err
		}
		delete(want, path)
	}
	for _, r := range edits.Require {
		v, err := module.NewVersion(r.Path, r.Version)
		if err != nil || r.Version == "" || r.Version == "none" {
			return rpc.Errorf(rpc.Invalid, "cannot require %s at %q: %v", r.Path, r.Version, cause(err, "a dependency needs a version"))
		}
		dep := want[v.Path()]
		if dep == nil {
			dep = &modfile.Dep{}
			want[v.Path()] = dep
		}
		dep.Version = v.Version()
		if r.Default != nil {
			dep.Default = *r.Default
		}
		if r.Default != nil && *r.Default {
			onlyDefault(want, v)
		}
	}
	return d.setDeps(want, nil)
}

func onlyDefault(deps map[string]*modfile.Dep, v module.Version) {
	for path, dep := range deps {
		if other, err := module.NewVersion(path, dep.Version); err == nil && other.BasePath() == v.BasePath() && path != v.Path() {
			dep.Default = false
		}
	}
}

func cause(err error, otherwise string) error {
	if err != nil {
		return err
	}
	return fmt.Errorf("%s", otherwise)
}

// checkFull refuses a path that has no major, as one could mean many modules.
func checkFull(path string) error {
	if _, err := module.NewVersion(path, ""); err != nil {
		return rpc.Errorf(rpc.Invalid, "%q is no module path with a major version such as example.com/name@v1: %w", path, err)
	}
	return nil
}
