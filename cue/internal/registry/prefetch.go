package registry

import (
	"sync"

	"cuelang.org/go/mod/module"
)

// prefetchLimit is how many module files are fetched at once.
const prefetchLimit = 16

// Prefetch brings the module files of all that roots require, however deep, in parallel: what goes through requirements one by
// one has them at hand then. That one cannot be had is no error here, since it may not be needed.
func (b *Bound) Prefetch(roots []module.Version) {
	var (
		mu      sync.Mutex
		seen    = map[module.Version]bool{}
		running sync.WaitGroup
		slots   = make(chan struct{}, prefetchLimit)
		visit   func(mv module.Version)
	)
	visit = func(mv module.Version) {
		mu.Lock()
		defer mu.Unlock()
		if seen[mv] || !mv.IsCanonical() || b.ctx.Err() != nil {
			return
		}
		seen[mv] = true
		running.Go(func() {
			slots <- struct{}{}
			file, err := b.ModFile(b.ctx, mv)
			<-slots
			if err != nil {
				return
			}
			for _, dep := range file.DepVersions() {
				visit(dep)
			}
		})
	}
	for _, root := range roots {
		visit(root)
	}
	running.Wait()
}
