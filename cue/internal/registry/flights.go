package registry

import (
	"sync"

	"cuelang.org/go/opm-cue/internal/rpc"
)

var errPanicked = rpc.Errorf(rpc.Internal, "internal error of opm-cue: a request to the registry broke off")

// flights remembers what has been found for each key; whoever asks while it is being found waits.
type flights[K comparable, V any] struct {
	mu    sync.Mutex
	known map[K]*flight[V]
}

type flight[V any] struct {
	done  chan struct{}
	value V
	err   error
}

func (f *flights[K, V]) do(key K, find func() (V, error)) (V, error) {
	f.mu.Lock()
	if known := f.known[key]; known != nil {
		f.mu.Unlock()
		<-known.done
		return known.value, known.err
	}
	if f.known == nil {
		f.known = make(map[K]*flight[V])
	}
	fresh := &flight[V]{done: make(chan struct{})}
	f.known[key] = fresh
	f.mu.Unlock()
	defer close(fresh.done)
	// who waits must not take what a panic left for a value
	fresh.err = errPanicked
	fresh.value, fresh.err = find()
	return fresh.value, fresh.err
}
