package evaluate

import (
	"os"

	"cuelang.org/go/mod/module"

	"cuelang.org/go/opm-cue/internal/modfiles"
)

// prefetch brings the dependencies that the cache lacks at once, where none is replaced. What is wrong with the module file or
// with one of them, the loader finds.
func (s *source) prefetch(ignoreLocal bool) {
	registry, ok := s.registry.(interface{ Prefetch([]module.Version) })
	if !ok {
		return
	}
	m, err := modfiles.Read(os.DirFS(s.root))
	if err != nil || m.LocalText != nil && !ignoreLocal {
		return
	}
	registry.Prefetch(m.File.DepVersions())
}

// repairs has a warning for each module of which the cache had a damaged copy. It is never null.
func (s *source) repairs() []string {
	lines := []string{}
	if registry, ok := s.registry.(interface{ Warnings() []string }); ok {
		lines = append(lines, registry.Warnings()...)
	}
	return lines
}
