package modfiles

import (
	"bytes"
	"errors"
	"reflect"
	"strings"

	"cuelang.org/go/cue/format"
	"cuelang.org/go/mod/modfile"

	"cuelang.org/go/opm-cue/internal/rpc"
)

// legacyLanguage is the language version that `cue mod fix` gives to a file from before there was one.
const legacyLanguage = "v0.9.0"

// Fix brings a module.cue without a language version up to date as `cue mod fix` does: what the schema does not know moves to
// `custom.legacy`. Comments stay. A file that is in order is only formatted; one that is wrong in other ways is invalid, where
// cue would move all of it away. It returns the same text when there is nothing to do.
func Fix(text []byte) ([]byte, error) {
	_, err := modfile.ParseNonStrict(text, ModuleFile)
	if err == nil {
		formatted, err := format.Source(text)
		if err != nil || len(comments(formatted)) != len(comments(text)) {
			return text, nil
		}
		return formatted, nil
	}
	if !errors.Is(err, modfile.ErrNoLanguageVersion) {
		return nil, Invalid(diagnose(ModuleFile, text, nil, err))
	}
	want, err := modfile.FixLegacy(text, ModuleFile)
	if err != nil {
		return nil, rpc.Errorf(rpc.Invalid, "%s cannot be fixed: %w", ModuleFile, err)
	}
	if len(comments(text)) > 0 {
		if fixed, ok := fixInPlace(text, want); ok {
			return fixed, nil
		}
	}
	return modfile.Format(want)
}

func fixInPlace(text []byte, want *modfile.File) ([]byte, bool) {
	d, err := parseDocument(ModuleFile, text)
	if err != nil || len(d.root.embedded) > 0 {
		return nil, false
	}
	var moved []string
	for i := 0; i < len(d.root.members); {
		m := d.root.members[i]
		if m.name == "module" {
			i++
			continue
		}
		e := extentOf(d.text, m.start(), m.end())
		if !e.lines {
			return nil, false
		}
		moved = append(moved, strings.TrimRight(string(d.text[e.from:e.to]), "\r\n"))
		if d.set(cutLines(d.text, e.from, e.to)) != nil {
			return nil, false
		}
	}
	if d.setString(`"`+want.Module+`"`, "module") != nil || d.setString(`"`+legacyLanguage+`"`, "language", "version") != nil {
		return nil, false
	}
	result := d.text
	if len(moved) > 0 {
		if !bytes.HasSuffix(result, []byte("\n")) {
			result = append(result, '\n')
		}
		result = append(result, "custom: legacy: {\n"+strings.Join(moved, "\n")+"\n}\n"...)
	}
	formatted, err := format.Source(result)
	if err != nil || len(comments(formatted)) != len(comments(text)) {
		return nil, false
	}
	file, err := modfile.ParseNonStrict(formatted, ModuleFile)
	same := err == nil && file.Module == want.Module && *file.Language == *want.Language && reflect.DeepEqual(file.Custom, want.Custom)
	return formatted, same
}
