package main

import (
	"fmt"
	"sync"
	"time"
)

// A day's mix, spread evenly over each 50 operations: 45 for manifests, half of them HEAD, 4 for blobs, 1 push.
const (
	cycle      = 50
	mixedBlobs = 4
	// stride has no factor in common with the cycle: neighbours in time are not neighbours in the mix.
	stride = 17
)

type operation struct {
	kind  string
	start time.Time
	run   func(c *connection) error
}

type mix struct {
	manifests, blobs []expected
	push             *imageContent
}

// at gives the operation of a place in the run.
func (m *mix) at(to target, index int) operation {
	place := index * stride % cycle
	// As in all other cases, what is read is there for everybody.
	anonymous := to
	anonymous.authorization = ""
	switch {
	case place == 0:
		image := index / cycle
		return operation{kind: "push", run: func(c *connection) error {
			return m.push.pushAll(to, []*connection{c}, image)
		}}
	case place <= mixedBlobs:
		want := m.blobs[index%len(m.blobs)]
		return operation{kind: "blob", run: func(c *connection) error { return c.get(anonymous, want) }}
	case place%2 == 0:
		want := m.manifests[index%len(m.manifests)]
		return operation{kind: "manifest", run: func(c *connection) error { return c.head(anonymous, want) }}
	default:
		want := m.manifests[index%len(m.manifests)]
		return operation{kind: "manifest", run: func(c *connection) error { return c.get(anonymous, want) }}
	}
}

// runMixed starts operations at a fixed rate, whether or not earlier ones have ended. A latency counts from the time at which an
// operation was due: what waits for a free connection waits for the server.
func runMixed(to target, m *mix, connections int, rate, seconds float64) (*result, error) {
	queue := make(chan operation, connections)
	var lock sync.Mutex
	var group sync.WaitGroup
	var first error
	times := map[string][]float64{}
	opened := make([]*connection, connections)
	for i := range opened {
		var err error
		if opened[i], err = dial(to); err != nil {
			return nil, err
		}
	}
	for _, c := range opened {
		group.Go(func() {
			for next := range queue {
				err := next.run(c)
				took := time.Since(next.start).Seconds()
				lock.Lock()
				if err != nil && first == nil {
					first = fmt.Errorf("%s: %w", next.kind, err)
				}
				times[next.kind] = append(times[next.kind], took)
				lock.Unlock()
			}
		})
	}
	failed := func() bool {
		lock.Lock()
		defer lock.Unlock()
		return first != nil
	}
	start := time.Now()
	for index := range int(rate * seconds) {
		if failed() {
			break
		}
		next := m.at(to, index)
		next.start = start.Add(time.Duration(float64(index) / rate * 1e9))
		time.Sleep(time.Until(next.start))
		queue <- next
	}
	close(queue)
	group.Wait()
	if first != nil {
		return nil, first
	}
	took := time.Since(start).Seconds()
	reads := append(append([]float64{}, times["manifest"]...), times["blob"]...)
	run := summary(reads, took)
	run.Requests += len(times["push"])
	run.Latencies = map[string]percentiles{}
	for kind, list := range times {
		run.Latencies[kind] = percentilesOf(list)
	}
	return run, nil
}
