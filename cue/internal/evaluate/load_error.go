package evaluate

import (
	goerrors "errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/build"
	"cuelang.org/go/cue/errors"
	"cuelang.org/go/cue/load"
	"cuelang.org/go/mod/module"

	"cuelang.org/go/opm-cue/internal/modfiles"
	"cuelang.org/go/opm-cue/internal/rpc"
)

// The loader has these only as text.
var (
	noProvider   = regexp.MustCompile(`cannot find module providing package (\S+)`)
	noSuchModule = regexp.MustCompile(`module (\S+): module not found`)
)

const (
	tidyRemedy    = "run opm mod tidy"
	importFailure = "import failed: "
)

// tidy adds a finding on cue.mod/module.cue.
func (f *findings) tidy(format string, args ...any) {
	f.onModuleFile(fmt.Sprintf(format, args...) + ": " + tidyRemedy)
}

// low adds that a version in cue.mod/module.cue is lower than what a dependency requires. Tidy leaves that, as cue's does.
func (f *findings) low(needed module.Version, pin string, by module.Version) {
	const format = "cue.mod/module.cue has %s at %s, but %s needs %s: run opm mod get %s@%[4]s"
	f.onModuleFile(fmt.Sprintf(format, needed.Path(), pin, by, needed.Version(), needed.BasePath()))
}

func (f *findings) onModuleFile(message string) {
	f.add(rpc.Diagnostic{Check: checkTidy, Message: message, Positions: []rpc.Position{{File: "cue.mod/module.cue"}}})
}

// loadError says what kept packages from being loaded.
func (s *source) loadError(insts []*build.Instance) error {
	f := newFindings(s.root)
	if err := s.hasModule(insts); err != nil {
		return err
	}
	for _, inst := range insts {
		if err := s.addLoadErrors(f, inst); err != nil {
			return err
		}
		s.pinned(f, inst)
	}
	return f.rejection(rpc.Invalid, "the module cannot be loaded")
}

// wrongModuleFile says what is wrong in the files of the module itself, and how to set it right, which the loader does not.
func (s *source) wrongModuleFile(ignoreLocal bool) *rpc.Error {
	files, err := modfiles.Root(s.root)
	if err != nil {
		return nil
	}
	_, err = modfiles.Read(files)
	e, ok := goerrors.AsType[*rpc.Error](err)
	if !ok || e.Code != rpc.Invalid || len(e.Diagnostics) == 0 {
		return nil
	}
	isLocal := func(p rpc.Position) bool { return p.File == modfiles.LocalFile }
	if ignoreLocal && slices.ContainsFunc(e.Diagnostics[0].Positions, isLocal) {
		return nil
	}
	return e
}

func (s *source) hasModule(insts []*build.Instance) error {
	for _, inst := range insts {
		if inst.Err == nil && inst.Module == "" {
			return rpc.Errorf(rpc.NotFound, "%s is no module: it has no cue.mod/module.cue; run opm mod init", s.root)
		}
	}
	return nil
}

// addLoadErrors adds what is wrong with the text of a package and its imports. What registries answered is an error, as they said it.
func (s *source) addLoadErrors(f *findings, inst *build.Instance) error {
	if inst.Err == nil {
		for _, dep := range inst.Dependencies() {
			if dep.Err == nil {
				continue
			}
			if err := s.addLoadErrors(f, dep); err != nil {
				return err
			}
		}
		return nil
	}
	if found, ok := rpc.Find(s.ctx, inst.Err); ok {
		return found
	}
	if match := noSuchModule.FindStringSubmatch(inst.Err.Error()); match != nil {
		return rpc.Errorf(rpc.NotFound, "the module %s is not in its registry, or not visible to this user", match[1])
	}
	for _, one := range errors.Errors(inst.Err) {
		if isSummary(one) {
			continue
		}
		d := rpc.Diagnostic{Check: checkEvaluation, Message: plainly(messageOf(one)), Positions: f.positions(one)}
		if several, ok := one.(*load.MultiplePackageError); ok {
			d.Message += ": name one of them, as .:" + several.Packages[0]
		}
		switch match := noProvider.FindStringSubmatch(d.Message); {
		case match != nil:
			d.Check, d.Message = checkTidy, missingImport(inst, match[1])
		case isInvalidFile(inst, one):
			d.Check = checkSyntax
		case len(d.Positions) > 0 && strings.HasPrefix(d.Positions[0].File, "cue.mod/"):
			d.Check, d.Path = checkModuleFile, strings.Join(one.Path(), ".")
		}
		f.addOnce(d)
	}
	return nil
}

// plainly takes the steps from an error on an import: where they are is in the positions.
func plainly(message string) string {
	for strings.HasPrefix(message, importFailure) {
		message = strings.TrimPrefix(message, importFailure)
	}
	return message
}

func isInvalidFile(inst *build.Instance, err errors.Error) bool {
	return slices.ContainsFunc(inst.InvalidFiles, func(file *build.File) bool { return file.Filename == err.Position().Filename() })
}

// missingImport explains an import that no module of module.cue provides.
func missingImport(inst *build.Instance, imported string) string {
	path := ast.ParseImportPath(imported)
	if path.Version == "" && inst.ModuleFile != nil {
		var majors []string
		for _, mv := range inst.ModuleFile.DepVersions() {
			base, major, _ := strings.Cut(mv.Path(), "@")
			if path.Path == base || strings.HasPrefix(path.Path, base+"/") {
				majors = append(majors, major)
			}
		}
		if len(majors) > 1 {
			slices.Sort(majors)
			return fmt.Sprintf("the import %q does not say which major it means, and cue.mod/module.cue has %s: write %s@%s, or set default: true for one of them",
				imported, strings.Join(majors, " and "), path.Path, majors[len(majors)-1])
		}
	}
	return fmt.Sprintf("no module of cue.mod/module.cue provides the import %q: %s", imported, tidyRemedy)
}
