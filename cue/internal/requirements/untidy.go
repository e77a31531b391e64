package requirements

import (
	"errors"
	"fmt"
	"path"
	"regexp"
	"strconv"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/internal/mod/modpkgload"

	"cuelang.org/go/opm-cue/internal/rpc"
)

// failedImport is how modload names the import that it cannot resolve; the error has no type.
var failedImport = regexp.MustCompile(`failed to resolve ("(?:[^"\\]|\\.)*"): `)

// explain says why a module cannot be made tidy: which import is at fault, and who requires what is not there.
func (t *tidier) explain(err error) error {
	text := err.Error()
	for _, mv := range t.source.missing() {
		if strings.Contains(text, mv.String()) {
			return t.notFoundOrLocal(t.source.notFound(mv, t.source.requirers(t.module, mv)))
		}
	}
	if e, ok := rpc.Find(t.source.ctx, err); ok {
		return e
	}
	match := failedImport.FindStringSubmatchIndex(text)
	if match == nil {
		return t.source.failure(err)
	}
	imported, unquoteErr := strconv.Unquote(text[match[2]:match[3]])
	if unquoteErr != nil {
		return t.source.failure(err)
	}
	cause := text[match[1]:]
	if denied := t.source.denied(); denied != nil && strings.Contains(cause, "cannot find module") {
		return denied
	}
	return t.withOthers(t.unresolved(imported, errors.New(strings.TrimSpace(cause))))
}

// withOthers adds the imports that no module can provide either, so that all of them can be set right at once.
func (t *tidier) withOthers(first *rpc.Error) error {
	seen, err := view(t.module)
	if err != nil || first.Code != rpc.NotFound {
		return first
	}
	p, named := newProviders(seen), map[string]bool{}
	if name, ok := first.Details["import"].(string); ok {
		named[name] = true
	}
	for _, site := range t.sites {
		canonical := site.path.Canonical().String()
		if named[canonical] || modpkgload.IsStdlibPackage(site.path.Path) || len(p.candidates(site.path)) > 0 || t.offered(site.path) {
			continue
		}
		named[canonical] = true
		other := t.unresolved(canonical, &modpkgload.ImportMissingError{Path: canonical})
		first.Diagnostics = append(first.Diagnostics, other.Diagnostics...)
	}
	if n := len(first.Diagnostics) - 1; n > 0 {
		first.Message += fmt.Sprintf(" (and %d more)", n)
	}
	return first
}

// offered says that a registry may have a module for an import: there are versions of one, or nobody was asked.
func (t *tidier) offered(imported ast.ImportPath) bool {
	for prefix := imported.Path; prefix != "." && prefix != "/"; prefix = path.Dir(prefix) {
		name := prefix
		if imported.Version != "" {
			name += "@" + imported.Version
		}
		if versions, err := t.source.versions.Get(name); err != nil || len(versions) > 0 {
			return true
		}
	}
	return false
}

// notFoundOrLocal adds what helps when the missing module is one that local-module.cue replaces.
func (t *tidier) notFoundOrLocal(err error) error {
	e, ok := errors.AsType[*rpc.Error](err)
	if !ok || t.options.LocalOnly || t.module.Local == nil {
		return err
	}
	copied := *e
	copied.Message += " (if a replaced module is in no registry, run 'opm mod tidy --local-only')"
	return &copied
}
