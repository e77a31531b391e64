package requirements

import (
	"cmp"
	"context"
	"io/fs"
	"slices"
	"sync"

	"cuelang.org/go/internal/mod/modload"
	"cuelang.org/go/mod/modfile"
	"cuelang.org/go/mod/module"

	"cuelang.org/go/opm-cue/internal/modfiles"
)

// Node is a module version that requirements reach. Direct says that files of the main module import it.
type Node struct {
	Path       string `json:"path"`
	Version    string `json:"version"`
	Selected   bool   `json:"selected"`
	Direct     bool   `json:"direct"`
	ReplacedBy string `json:"replacedBy,omitempty"`
}

// Edge says that a node requires another one; -1 is the main module.
type Edge struct {
	From int `json:"from"`
	To   int `json:"to"`
}

// Graph is the module graph of a main module.
type Graph struct {
	Main  string `json:"main"`
	Nodes []Node `json:"nodes"`
	Edges []Edge `json:"edges"`
}

// NewGraph walks the requirements of a module, with its replacements. What the main module requires must be there; what the
// selected versions of the others require is shown as far as it can be had. The requirements of versions that are not selected
// decide nothing in cue, and are not asked for: where the cache has what is built, no registry is needed.
func NewGraph(ctx context.Context, folder string, files fs.FS, registry modload.Registry) (*Graph, error) {
	m, err := modfiles.Read(files)
	if err != nil {
		return nil, err
	}
	// Imports only tell direct requirements from others here: files that cannot be read are for vet and tidy to report.
	scanned, _ := scan(files)
	if err := checkReplacements(folder, m); err != nil {
		return nil, err
	}
	seen, err := view(m)
	if err != nil {
		return nil, err
	}
	s := newSource(ctx, registry)
	replaced, _, err := replacing(s, seen, folder)
	if err != nil {
		return nil, err
	}
	each(seen.DepVersions(), func(mv module.Version) { _, _ = replaced.ModFile(ctx, mv) })
	resolved, err := newRequirements(seen, replaced).Graph(ctx)
	if err != nil {
		for _, mv := range s.missing() {
			return nil, s.notFound(mv, s.requirers(m, mv))
		}
		return nil, s.failure(err)
	}
	w := &walk{ctx: ctx, registry: replaced, main: seen.QualifiedModule(), selected: resolved.Selected, isMissing: s.isNotFound, required: map[module.Version][]module.Version{}}
	if err := w.run(seen.DepVersions()); err != nil {
		return nil, s.failure(err)
	}
	return w.graph(seen, neededBy(newProviders(seen), sites(scanned))), nil
}

// walk collects what module versions require, all of one distance at once.
type walk struct {
	ctx      context.Context
	registry modload.Registry
	main     string
	selected func(path string) string
	// isMissing tells what is not there from what cannot be reached, after which nobody is asked any more.
	isMissing func(error) bool

	mu       sync.Mutex
	required map[module.Version][]module.Version
	stopped  bool
}

func (w *walk) run(level []module.Version) error {
	for len(level) > 0 && !w.stopped {
		each(level, w.visit)
		var next []module.Version
		for _, mv := range level {
			for _, required := range w.required[mv] {
				_, known := w.required[required]
				wanted := required.Path() != w.main && w.selected(required.Path()) == required.Version()
				if !known && wanted && !slices.Contains(next, required) {
					next = append(next, required)
				}
			}
		}
		level = next
	}
	return w.ctx.Err()
}

// visit reads what a module version requires.
func (w *walk) visit(mv module.Version) {
	file, err := w.registry.ModFile(w.ctx, mv)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.required[mv] = nil
	if err == nil {
		w.required[mv] = file.DepVersions()
	} else {
		w.stopped = w.stopped || !w.isMissing(err)
	}
}

func (w *walk) graph(seen *modfile.File, needs map[string][]Import) *Graph {
	g := &Graph{Main: w.main, Nodes: []Node{}, Edges: []Edge{}}
	all := map[module.Version]int{}
	add := func(mv module.Version) {
		if _, ok := all[mv]; !ok && mv.Path() != w.main && !mv.IsLocal() {
			all[mv] = 0
		}
	}
	for mv, required := range w.required {
		add(mv)
		for _, r := range required {
			add(r)
		}
	}
	sorted := make([]module.Version, 0, len(all))
	for mv := range all {
		sorted = append(sorted, mv)
	}
	slices.SortFunc(sorted, module.Version.Compare)
	deps := fullDeps(seen)
	for i, mv := range sorted {
		all[mv] = i
		node := Node{Path: mv.Path(), Version: mv.Version(), Selected: w.selected(mv.Path()) == mv.Version(), Direct: len(needs[mv.Path()]) > 0}
		if dep := deps[mv.Path()]; dep != nil {
			node.ReplacedBy = dep.ReplaceWith
		}
		g.Nodes = append(g.Nodes, node)
	}
	for _, mv := range seen.DepVersions() {
		g.Edges = append(g.Edges, Edge{-1, all[mv]})
	}
	for mv, required := range w.required {
		for _, r := range required {
			to, ok := all[r]
			if !ok {
				to = -1
			}
			g.Edges = append(g.Edges, Edge{all[mv], to})
		}
	}
	slices.SortFunc(g.Edges, func(a, b Edge) int { return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To)) })
	return g
}
