package evaluate

import (
	"cmp"
	goerrors "errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/errors"
	"cuelang.org/go/cue/token"

	"cuelang.org/go/opm-cue/internal/rpc"
)

// The checks that findings belong to.
const (
	checkSyntax     = "syntax"
	checkEvaluation = "evaluation"
	checkTidy       = "tidy"
	checkPolicy     = "policy"
	checkModuleFile = "module-file"
)

// findings collects diagnostics of a module, each once.
type findings struct {
	root string
	list []rpc.Diagnostic
	seen map[string]bool
}

func newFindings(root string) *findings { return &findings{root: root, seen: map[string]bool{}} }

// addError adds each error of err. prefix is the path of the value that the error's paths start from.
func (f *findings) addError(check, prefix string, err error) {
	for _, one := range errors.Errors(err) {
		if isSummary(one) {
			continue
		}
		path := joinPath(prefix, one.Path())
		f.add(rpc.Diagnostic{Check: check, Message: messageOf(one), Path: path, Positions: f.positions(one)})
	}
}

func (f *findings) add(d rpc.Diagnostic) {
	if d.Positions == nil {
		d.Positions = []rpc.Position{}
	}
	key := fmt.Sprintf("%q %q %q %v", d.Check, d.Message, d.Path, d.Positions)
	if f.seen[key] {
		return
	}
	f.seen[key] = true
	f.list = append(f.list, d)
}

// addOnce adds what packages have from others that they import: the same fault, whose place is the last position, is one finding with
// all the imports that lead there.
func (f *findings) addOnce(d rpc.Diagnostic) {
	if last := len(d.Positions) - 1; last >= 0 {
		for i, other := range f.list {
			at := len(other.Positions) - 1
			if at < 0 || other.Check != d.Check || other.Message != d.Message || other.Path != d.Path || other.Positions[at] != d.Positions[last] {
				continue
			}
			for _, position := range d.Positions[:last] {
				if !slices.Contains(f.list[i].Positions, position) {
					f.list[i].Positions = slices.Insert(f.list[i].Positions, len(f.list[i].Positions)-1, position)
				}
			}
			return
		}
	}
	f.add(d)
}

// addValueError adds the errors of an object's value, with where the module has it.
func (f *findings) addValueError(check string, o *object, err error) {
	var base []string
	for _, selector := range o.value.Path().Selectors() {
		base = append(base, selector.String())
	}
	for _, one := range errors.Errors(err) {
		if isSummary(one) {
			continue
		}
		path := one.Path()
		if len(path) >= len(base) && slices.Equal(path[:len(base)], base) {
			path = path[len(base):]
		}
		f.add(rpc.Diagnostic{Check: check, Message: messageOf(one), Path: joinPath(o.path, path), Positions: f.positions(one)})
	}
}

// addAt adds a finding on an object.
func (f *findings) addAt(o *object, format string, args ...any) {
	f.add(rpc.Diagnostic{Check: checkEvaluation, Message: fmt.Sprintf(format, args...), Path: o.path, Positions: f.positionsOf(o.value)})
}

// rejection is nil when there are no findings.
func (f *findings) rejection(code rpc.Code, format string, args ...any) error {
	if len(f.list) == 0 {
		return nil
	}
	return &rpc.Error{Code: code, Message: fmt.Sprintf(format, args...), Diagnostics: f.sorted()}
}

// beside adds the findings to an error, such as that of a registry, that kept other packages from being looked at.
func (f *findings) beside(failure error) error {
	e, ok := goerrors.AsType[*rpc.Error](failure)
	if !ok {
		return failure
	}
	copied := *e
	copied.Diagnostics = append(slices.Clone(e.Diagnostics), f.sorted()...)
	return &copied
}

// sorted returns the findings by where they are, so that the same module always has the same list.
func (f *findings) sorted() []rpc.Diagnostic {
	slices.SortStableFunc(f.list, func(a, b rpc.Diagnostic) int {
		return cmp.Or(
			slices.CompareFunc(a.Positions, b.Positions, comparePositions),
			cmp.Compare(a.Path, b.Path),
			cmp.Compare(a.Message, b.Message),
		)
	})
	if f.list == nil {
		return []rpc.Diagnostic{}
	}
	return f.list
}

func comparePositions(a, b rpc.Position) int {
	return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
}

// isSummary says that an error only counts others: those of the alternatives of a disjunction are in the list, too.
func isSummary(err errors.Error) bool {
	format, _ := err.Msg()
	return strings.Contains(format, "errors in empty disjunction")
}

// messageOf returns the text of an error and of those that it wraps, without paths and places, which a finding has apart.
func messageOf(err errors.Error) string {
	var parts []string
	for {
		format, args := err.Msg()
		if text := fmt.Sprintf(format, args...); text != "" {
			parts = append(parts, text)
		}
		inner := errors.Unwrap(err)
		if inner == nil {
			break
		}
		next, ok := inner.(errors.Error)
		if !ok {
			parts = append(parts, inner.Error())
			break
		}
		err = next
	}
	return oneLine(strings.Join(parts, ": "))
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

func joinPath(prefix string, path []string) string {
	if len(path) > 0 && prefix != "" {
		return prefix + "." + strings.Join(path, ".")
	}
	return prefix + strings.Join(path, ".")
}

func (f *findings) positions(err errors.Error) []rpc.Position {
	var list []rpc.Position
	for _, pos := range errors.Positions(err) {
		if at := positionIn(f.root, pos); at.File != "" && !slices.Contains(list, at) {
			list = append(list, at)
		}
	}
	return list
}

// positionsOf says where a value is, in the module itself where it has a part there.
func (f *findings) positionsOf(v cue.Value) []rpc.Position {
	at := positionIn(f.root, v.Pos())
	for _, source := range conjunctSources(v) {
		if own := positionIn(f.root, source.Pos()); own.File != "" && !filepath.IsAbs(own.File) {
			at = own
			break
		}
	}
	if at.File == "" {
		return nil
	}
	return []rpc.Position{at}
}

// positionIn returns a position whose file is relative to the root where it is under it. The file is empty for what is in none.
func positionIn(root string, pos token.Pos) rpc.Position {
	name := pos.Filename()
	if rel, err := filepath.Rel(root, name); err == nil && filepath.IsLocal(rel) {
		name = filepath.ToSlash(rel)
	}
	return rpc.Position{File: name, Line: pos.Line(), Column: pos.Column()}
}
