package modfiles

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/literal"
	"cuelang.org/go/cue/token"
	"cuelang.org/go/internal/mod/semver"
	"cuelang.org/go/mod/modfile"
)

// setDeps makes `deps` say what is wanted, by the fewest changes. What an entry leaves out it has from inherited, which is nil
// for module.cue itself.
func (d *document) setDeps(want, inherited map[string]*modfile.Dep) error {
	if err := d.dropDeps(want); err != nil {
		return err
	}
	known := map[string]bool{}
	for _, m := range d.deps() {
		known[m.name] = true
	}
	missing := []string{}
	for _, path := range slices.Sorted(maps.Keys(want)) {
		if !known[path] {
			missing = append(missing, path)
			continue
		}
		if err := d.updateDep(path, *want[path], inherited[path]); err != nil {
			return err
		}
	}
	if err := d.insertDeps(missing, want, inherited); err != nil {
		return err
	}
	return d.collapse("deps")
}

// dropDeps removes what is not wanted, and writes paths with their majors.
func (d *document) dropDeps(want map[string]*modfile.Dep) error {
	versions := map[string]string{}
	names := []string{}
	for _, m := range d.deps() {
		if _, ok := versions[m.name]; !ok {
			names = append(names, m.name)
			versions[m.name] = ""
		}
		if v := m.version(); v != "" {
			versions[m.name] = v
		}
	}
	for _, name := range names {
		full := withMajor(name, versions[name])
		_, twice := versions[full]
		switch {
		case want[full] == nil, full != name && twice:
			if err := d.remove("deps", name); err != nil {
				return err
			}
		case full != name:
			versions[full] = versions[name]
			if err := d.rename(full, "deps", name); err != nil {
				return err
			}
		}
	}
	return nil
}

// withMajor adds the major of a version to a path that has none.
func withMajor(path, version string) string {
	if _, _, ok := ast.SplitPackageVersion(path); ok || semver.Major(version) == "" {
		return path
	}
	return path + "@" + semver.Major(version)
}

// version returns the version that an entry of `deps` gives.
func (m *member) version() string {
	for _, field := range m.value.all() {
		if s, ok := field.text(); ok && field.name == "v" {
			return s
		}
	}
	return ""
}

func (d *document) rename(to string, path ...string) error {
	for {
		members := d.find(path...)
		if len(members) == 0 {
			return nil
		}
		label := members[0].field.Label
		if err := d.set(splice(d.text, label.Pos().Offset(), label.End().Offset(), literal.String.Quote(to))); err != nil {
			return err
		}
	}
}

// written returns what the fields of an entry say.
func (d *document) written(path string) (dep modfile.Dep) {
	dep.Version, _ = d.stringAt("deps", path, "v")
	dep.ReplaceWith, _ = d.stringAt("deps", path, "replaceWith")
	for _, m := range d.find("deps", path, "default") {
		lit, ok := m.field.Value.(*ast.BasicLit)
		dep.Default = dep.Default || ok && lit.Kind == token.TRUE
	}
	return dep
}

func (d *document) updateDep(path string, want modfile.Dep, inherited *modfile.Dep) error {
	have := d.written(path)
	for _, name := range inheritedFields(have, want, inherited) {
		if err := d.removeField(path, name); err != nil {
			return err
		}
	}
	if inherited != nil {
		have.Version = cmp.Or(have.Version, inherited.Version)
		have.Default = have.Default || inherited.Default
		if inherited.Version == want.Version {
			have.Version = want.Version
		}
	}
	if have.Version != want.Version {
		if err := d.setField(literal.String.Quote(want.Version), path, "v"); err != nil {
			return err
		}
	}
	switch {
	case want.Default && !have.Default:
		if err := d.setField("true", path, "default"); err != nil {
			return err
		}
	case !want.Default && have.Default:
		if err := d.removeField(path, "default"); err != nil {
			return err
		}
	}
	switch {
	case want.ReplaceWith == have.ReplaceWith:
		return nil
	case want.ReplaceWith == "":
		return d.removeField(path, "replaceWith")
	}
	return d.setField(literal.String.Quote(want.ReplaceWith), path, "replaceWith")
}

// inheritedFields returns the fields of an entry that cue does not write, as module.cue has them.
func inheritedFields(written, want modfile.Dep, inherited *modfile.Dep) (names []string) {
	if inherited == nil {
		return nil
	}
	if written.Version != "" && inherited.Version == want.Version {
		names = append(names, "v")
	}
	if written.Default && inherited.Default {
		names = append(names, "default")
	}
	return names
}

func (d *document) setField(value, path, name string) error {
	if found, err := d.setValue(value, "deps", path, name); found || err != nil {
		return err
	}
	return d.add(d.find("deps", path)[0].value, plain(name+": "+value))
}

// removeField removes a field of an entry, but never the entry: when nothing is left in it, it is empty.
func (d *document) removeField(path, name string) error {
	for _, m := range d.find("deps", path, name) {
		if len(m.in.members) == 1 {
			if _, err := d.setValue("{}", "deps", path); err != nil {
				return err
			}
			break
		}
	}
	return d.remove("deps", path, name)
}

// insertDeps writes entries where cue would: sorted by path, in the style of those that are there.
func (d *document) insertDeps(paths []string, want, inherited map[string]*modfile.Dep) error {
	short := d.short()
	entries := map[string]entry{}
	for _, path := range paths {
		dep := *want[path]
		if base := inherited[path]; base != nil {
			if base.Version == dep.Version {
				dep.Version = ""
			}
			dep.Default = dep.Default && !base.Default
		}
		entries[path] = newEntry(path, dep, short)
	}
	if len(paths) > 0 && len(d.find("deps")) == 0 {
		return d.addField("deps", nest("deps", paths, entries))
	}
	for _, path := range paths {
		if err := d.insertDep(path, entries[path]); err != nil {
			return err
		}
	}
	return nil
}

func (d *document) insertDep(path string, e entry) error {
	var largest *block
	siblings := d.find("deps")
	for _, m := range siblings {
		for _, b := range m.value.blocks() {
			if b.braces != nil && (largest == nil || len(b.members) > len(largest.members)) {
				largest = b
			}
		}
	}
	if largest == nil {
		e = entry{block: append([]string{"deps: " + e.block[0]}, e.block[1:]...), inline: "deps: " + e.inline}
		for _, m := range siblings {
			if m.value == nil || len(m.value.members) == 0 {
				return errNoStruct
			}
			if m.value.members[0].name > path {
				return d.before(m, e)
			}
		}
		return d.after(siblings[len(siblings)-1], e)
	}
	for _, m := range largest.members {
		if m.name > path {
			return d.before(m, e)
		}
	}
	return d.add(largest, e)
}

// short says that most entries with one field are written `"path": v: "version"`. Where there are none, they are written as cue
// does: it aligns values without braces, so that a new entry would change the lines of the others.
func (d *document) short() bool { return !d.long && mostlyShort(d.deps()) }

// mostlyShort says that at least half of these fields have values without braces.
func mostlyShort(members []*member) bool {
	count := 0
	for _, m := range members {
		if m.value != nil && m.value.braces == nil {
			count++
		}
	}
	return count > 0 && 2*count >= len(members)
}

func newEntry(path string, dep modfile.Dep, short bool) entry {
	var names, values []string
	add := func(name, value string) { names, values = append(names, name), append(values, value) }
	if dep.Version != "" {
		add("v:", literal.String.Quote(dep.Version))
	}
	if dep.Default {
		add("default:", "true")
	}
	if dep.ReplaceWith != "" {
		add("replaceWith:", literal.String.Quote(dep.ReplaceWith))
	}
	label := literal.String.Quote(path) + ": "
	if len(names) == 0 {
		return plain(label + "{}")
	}
	if len(names) == 1 && short {
		return plain(label + names[0] + " " + values[0])
	}
	width := 0
	for _, name := range names {
		width = max(width, len(name))
	}
	block, inline := []string{label + "{"}, []string{}
	for i, name := range names {
		block = append(block, "\t"+name+strings.Repeat(" ", width-len(name)+1)+values[i])
		inline = append(inline, name+" "+values[i])
	}
	return entry{block: append(block, "}"), inline: label + "{" + strings.Join(inline, ", ") + "}"}
}

// nest makes one field of entries.
func nest(name string, paths []string, entries map[string]entry) entry {
	block, inline := []string{name + ": {"}, []string{}
	for _, path := range paths {
		for _, line := range entries[path].block {
			block = append(block, "\t"+line)
		}
		inline = append(inline, entries[path].inline)
	}
	return entry{block: append(block, "}"), inline: name + ": {" + strings.Join(inline, ", ") + "}"}
}
