package modfiles

import (
	"fmt"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/internal/cueversion"
	"cuelang.org/go/internal/mod/modpkgload"
	"cuelang.org/go/internal/mod/semver"
	"cuelang.org/go/mod/modfile"
	"cuelang.org/go/mod/module"

	"cuelang.org/go/opm-cue/internal/rpc"
)

// check finds what is wrong in a file beyond what its schema says. base is nil for module.cue.
func (d *document) check(base *modfile.File) []rpc.Diagnostic {
	var found []rpc.Diagnostic
	if base == nil {
		found = append(found, d.checkModule()...)
		found = append(found, d.checkLanguage()...)
	}
	return append(found, d.checkDeps(base)...)
}

func (d *document) checkModule() []rpc.Diagnostic {
	path, m := d.stringAt("module")
	if m == nil {
		if members := d.find("module"); len(members) > 0 {
			return nil
		}
		return []rpc.Diagnostic{d.finding(nil, `no module path: add module: "example.com/name@v0"`)}
	}
	if path == "" {
		return []rpc.Diagnostic{d.finding(m, `the module path is empty: write one such as "example.com/name@v0"`)}
	}
	if err := module.CheckPath(path); err != nil {
		return []rpc.Diagnostic{d.finding(m, "%v", err)}
	}
	return nil
}

// CheckLanguage says what is wrong with a language version, for a module file that this helper can read.
func CheckLanguage(version string) error {
	earliest, current := modfile.EarliestClosedSchemaVersion(), cueversion.LanguageVersion()
	switch {
	case !semver.IsValid(version):
		return fmt.Errorf("language version %q is not valid: write one such as %s", version, current)
	case semver.Canonical(version) != version:
		return fmt.Errorf("language version %q is not canonical: write %s", version, semver.Canonical(version))
	case semver.Compare(version, current) > 0:
		return fmt.Errorf("language version %q is too new for current language version %q: lower it, or use a newer opm", version, current)
	case semver.Compare(version, earliest) < 0:
		return fmt.Errorf("language version %q is too early for module.cue: it must be at least %s", version, earliest)
	}
	return nil
}

func (d *document) checkLanguage() []rpc.Diagnostic {
	version, m := d.stringAt("language", "version")
	if m == nil {
		if len(d.find("language", "version")) > 0 {
			return nil
		}
		_, at := d.stringAt("module")
		return []rpc.Diagnostic{d.finding(at, "no language version declared in module.cue: run 'opm mod fix'")}
	}
	if err := CheckLanguage(version); err != nil {
		return []rpc.Diagnostic{d.finding(m, "%v", err)}
	}
	var found []rpc.Diagnostic
	if members := d.find("source"); len(members) > 0 && semver.Compare(version, "v0.9.0-alpha.0") < 0 {
		found = append(found, d.finding(members[0], "source is not allowed at language version %s: it needs at least v0.9.0-alpha.0", version))
	}
	for _, m := range d.deps() {
		if members := d.find("deps", m.name, "replaceWith"); len(members) > 0 && semver.Compare(version, "v0.17.0") < 0 {
			found = append(found, d.finding(members[0], "replaceWith is not allowed at language version %s: it needs at least v0.17.0", version))
		}
	}
	return found
}

func (d *document) checkDeps(base *modfile.File) []rpc.Diagnostic {
	var found []rpc.Diagnostic
	own, _ := d.stringAt("module")
	if base != nil {
		own = base.QualifiedModule()
	}
	seen, defaults := map[string]bool{}, map[string]string{}
	ownBase, _, hasMajor := ast.SplitPackageVersion(own)
	if !hasMajor {
		ownBase, own = own, own+"@v0"
	}
	for _, m := range d.deps() {
		if seen[m.name] {
			continue
		}
		seen[m.name] = true
		dep := d.written(m.name)
		if base != nil && dep.Version == "" && base.Deps[m.name] != nil {
			dep.Version = base.Deps[m.name].Version
		}
		if finding, ok := d.checkDep(m, dep, base != nil); !ok {
			found = append(found, finding)
			continue
		}
		full := withMajor(m.name, dep.Version)
		if full == own {
			found = append(found, d.finding(m, "the module requires itself: remove %q from deps", m.name))
		}
		path, _, _ := ast.SplitPackageVersion(full)
		if dep.Default && path == ownBase {
			found = append(found, d.finding(m, "%q cannot be the default for %s: that is the module itself", m.name, path))
		} else if other := defaults[path]; dep.Default && other != "" {
			found = append(found, d.finding(m, "both %q and %q are the default for %s: only one can be", other, m.name, path))
		}
		if dep.Default {
			defaults[path] = m.name
		}
	}
	return found
}

func (d *document) checkDep(m *member, dep modfile.Dep, local bool) (rpc.Diagnostic, bool) {
	at := m
	if members := d.find("deps", m.name, "v"); len(members) > 0 {
		at = members[0]
	}
	if dep.ReplaceWith != "" {
		if _, _, _, err := modpkgload.ReplaceTarget(dep.ReplaceWith); err != nil {
			return d.finding(d.find("deps", m.name, "replaceWith")[0], "%v", err), false
		}
	}
	if dep.Version == "" && (dep.ReplaceWith == "" || !local) && at == m {
		where := ""
		if local {
			where = " here or in module.cue"
		}
		return d.finding(m, "dependency %q has no version%s: add one, or remove it", m.name, where), false
	}
	_, err := module.NewVersion(m.name, dep.Version)
	if err == nil {
		return rpc.Diagnostic{}, true
	}
	_, major, _ := ast.SplitPackageVersion(m.name)
	switch canonical := semver.Canonical(dep.Version); {
	case canonical == "" && dep.Version != "":
		return d.finding(at, "%v: write one such as v1.2.3", err), false
	case canonical != dep.Version:
		return d.finding(at, "%v: write a full version such as %s", err, canonical), false
	case dep.Version != "" && major != "" && semver.Major(dep.Version) != major:
		path := strings.TrimSuffix(m.name, "@"+major)
		return d.finding(at, "%v: write %q, or a version of %s", err, path+"@"+semver.Major(dep.Version), major), false
	}
	return d.finding(m, "%v", err), false
}
