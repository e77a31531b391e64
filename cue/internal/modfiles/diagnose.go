package modfiles

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"
	cueerrors "cuelang.org/go/cue/errors"
	"cuelang.org/go/cue/token"
	"cuelang.org/go/mod/modfile"

	"cuelang.org/go/opm-cue/internal/rpc"
)

// check is the name of what finds faults in module files.
const check = "module-file"

// Invalid makes the error of findings that stand in files. It needs at least one.
func Invalid(diagnostics []rpc.Diagnostic) *rpc.Error {
	first := diagnostics[0]
	message := first.Message
	if len(first.Positions) > 0 {
		message = Place(first.Positions[0]) + ": " + message
	}
	if n := len(diagnostics) - 1; n > 0 {
		message += fmt.Sprintf(" (and %d more)", n)
	}
	return &rpc.Error{Code: rpc.Invalid, Message: message, Diagnostics: diagnostics}
}

// Place writes a position as file:line:column.
func Place(p rpc.Position) string {
	if p.Line == 0 {
		return p.File
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
}

// At returns the position of a token, in a file with this name.
func At(name string, pos token.Pos) rpc.Position {
	if !pos.IsValid() {
		return rpc.Position{File: name}
	}
	return rpc.Position{File: name, Line: pos.Line(), Column: pos.Column()}
}

// diagnose says all that is wrong in a module file that cue refuses with err. base is the module.cue beside local-module.cue,
// else nil.
func diagnose(name string, text []byte, base *modfile.File, err error) []rpc.Diagnostic {
	cues := cueFindings(name, err)
	found := cues
	if d, err := parseDocument(name, text); err == nil {
		for _, own := range d.check(base) {
			if !slices.ContainsFunc(cues, func(f rpc.Diagnostic) bool { return f.Positions[0] == own.Positions[0] }) {
				found = append(found, own)
			}
		}
	}
	if len(found) == 0 && err != nil {
		found = append(found, rpc.Diagnostic{Message: plainMessage(name, err), Positions: []rpc.Position{{File: name}}, Check: check})
	}
	slices.SortStableFunc(found, func(a, b rpc.Diagnostic) int { return a.Positions[0].Line - b.Positions[0].Line })
	return found
}

func plainMessage(name string, err error) string {
	message := strings.TrimSpace(err.Error())
	message = strings.TrimPrefix(message, "invalid module file ")
	return strings.TrimPrefix(strings.TrimPrefix(message, name), ": ")
}

// cueFindings has the errors of cue that say where they are, each place once: a schema with choices reports each choice.
func cueFindings(name string, err error) []rpc.Diagnostic {
	if err == nil || errors.Is(err, modfile.ErrNoLanguageVersion) {
		return nil
	}
	var found []rpc.Diagnostic
	for _, one := range cueerrors.Errors(err) {
		var positions []rpc.Position
		for _, pos := range cueerrors.Positions(one) {
			if at := At(name, pos); pos.Filename() == name && !slices.Contains(positions, at) {
				positions = append(positions, at)
			}
		}
		if len(positions) == 0 || slices.ContainsFunc(found, func(d rpc.Diagnostic) bool { return d.Positions[0] == positions[0] }) {
			continue
		}
		path := strings.Join(one.Path(), ".")
		found = append(found, rpc.Diagnostic{Message: cueMessage(path, one), Positions: positions, Path: path, Check: check})
	}
	return found
}

// cueMessage writes an error of the schema in words, where its own would only repeat the schema.
func cueMessage(path string, err cueerrors.Error) string {
	switch path {
	case "source.kind":
		return `source.kind must be "self" or "git"`
	case "module", "description":
		if strings.Contains(err.Error(), "mismatched types") {
			return path + " must be a string"
		}
	}
	message, _, _ := strings.Cut(strings.TrimSpace(err.Error()), "\n")
	for _, prefix := range []string{"invalid module file syntax: ", "invalid module file value: ", "internal error: cannot decode into modFile struct: "} {
		message = strings.TrimPrefix(message, prefix)
	}
	return message
}

// finding is a fault of a field.
func (d *document) finding(m *member, format string, args ...any) rpc.Diagnostic {
	position := rpc.Position{File: d.name}
	if m != nil {
		position = At(d.name, m.position())
	}
	return rpc.Diagnostic{Message: fmt.Sprintf(format, args...), Positions: []rpc.Position{position}, Path: m.path(), Check: check}
}

func (m *member) path() string {
	if m == nil {
		return ""
	}
	name, isIdent, _ := ast.LabelName(m.field.Label)
	if !isIdent || strings.ContainsAny(name, ".@/-") {
		name = fmt.Sprintf("%q", name)
	}
	if m.in.owner != nil {
		return m.in.owner.path() + "." + name
	}
	return name
}
