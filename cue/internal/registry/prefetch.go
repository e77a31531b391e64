package registry

import (
	"sync"

	"cuelang.org/go/mod/module"
)

// downloadLimit is how many archives are fetched at once.
const downloadLimit = 16

// Prefetch brings the modules that the cache lacks, many at once: CUE's loader finds out one by one that it needs them. What
// cannot be had is no error here, since it may not be needed.
func (b *Bound) Prefetch(modules []module.Version) {
	if b.registry.options.Offline {
		return
	}
	var running sync.WaitGroup
	slots := make(chan struct{}, downloadLimit)
	for _, mv := range modules {
		if !mv.IsCanonical() || b.registry.store.HasTree(mv) {
			continue
		}
		running.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			_, _ = b.Fetch(b.ctx, mv)
		})
	}
	running.Wait()
}
