package pack

import (
	"fmt"
	"strings"

	cueerrors "cuelang.org/go/cue/errors"
	"cuelang.org/go/cue/token"
	"cuelang.org/go/internal/mod/semver"
	"cuelang.org/go/mod/modfile"

	"cuelang.org/go/opm-cue/internal/rpc"
)

// findings are reasons not to publish a module. Their checks are "version",
// "module-file", "source" and "files".
type findings []rpc.Diagnostic

func (f *findings) add(check, format string, args ...any) {
	f.addAt(check, nil, format, args...)
}

func (f *findings) addAt(check string, positions []rpc.Position, format string, args ...any) {
	*f = append(*f, rpc.Diagnostic{Check: check, Message: fmt.Sprintf(format, args...), Positions: positions})
}

// addModuleFile enters each error of a module file with where it is.
func (f *findings) addModuleFile(err error) {
	for _, one := range cueerrors.Errors(err) {
		var positions []rpc.Position
		for _, pos := range cueerrors.Positions(one) {
			if pos.Filename() == moduleFileName {
				positions = append(positions, positionOf(pos))
			}
		}
		if len(positions) == 0 {
			positions = []rpc.Position{{File: moduleFileName}}
		}
		f.addAt("module-file", positions, "%s", strings.TrimSpace(one.Error()))
	}
}

// err has all findings at once; it is nil when there are none.
func (f *findings) err() error {
	if len(*f) == 0 {
		return nil
	}
	messages := make([]string, len(*f))
	for i, finding := range *f {
		messages[i] = finding.Message
	}
	return &rpc.Error{Code: rpc.Refused, Message: strings.Join(messages, "; "), Diagnostics: *f}
}

func positionOf(pos token.Pos) rpc.Position {
	return rpc.Position{File: pos.Filename(), Line: pos.Line(), Column: pos.Column()}
}

// checkVersion judges the form of a version, and whether it goes with the
// module; file may be nil.
func (f *findings) checkVersion(version string, file *modfile.File) {
	switch {
	case !semver.IsValid(version) && semver.IsValid("v"+version):
		f.add("version", "the version %q has no leading v: give it as %s", version, semver.Canonical("v"+version))
		return
	case !semver.IsValid(version):
		f.add("version", "%q is no semantic version: give one such as v1.2.3 (https://semver.org)", version)
		return
	case semver.Build(version) != "":
		f.add("version", "the version %q has build metadata, which a module version has not: give it as %s", version, semver.Canonical(version))
		return
	case semver.Canonical(version) != version:
		f.add("version", "the version %q is not complete: give it as %s", version, semver.Canonical(version))
		return
	}
	if file == nil {
		return
	}
	if major := file.MajorVersion(); semver.Major(version) != major {
		f.addAt("version", []rpc.Position{{File: moduleFileName}},
			"the version %s does not belong to %s: it must be %s.N.N, or the module's path must end in @%s",
			version, file.QualifiedModule(), major, semver.Major(version))
	}
}
