package main

import (
	"sync"
	"time"
)

// worker runs one unit of work after another on its own connection; it gives the bytes moved.
type worker func(index int) (int64, error)

// measure runs a worker a connection, for a time or until count units were done.
func measure(connections int, open func(int) (worker, error), seconds float64, count int) (*result, error) {
	var lock sync.Mutex
	var group sync.WaitGroup
	var first error
	var times []float64
	var bytes int64
	next := 0
	workers := make([]worker, connections)
	for i := range workers {
		var err error
		if workers[i], err = open(i); err != nil {
			return nil, err
		}
	}
	start := time.Now()
	take := func() (int, bool) {
		lock.Lock()
		defer lock.Unlock()
		if first != nil || (count > 0 && next >= count) || (count == 0 && time.Since(start).Seconds() >= seconds) {
			return 0, false
		}
		next++
		return next - 1, true
	}
	for _, work := range workers {
		group.Go(func() {
			for {
				index, more := take()
				if !more {
					return
				}
				begun := time.Now()
				moved, err := work(index)
				lock.Lock()
				times = append(times, time.Since(begun).Seconds())
				bytes += moved
				if err != nil && first == nil {
					first = err
				}
				lock.Unlock()
			}
		})
	}
	group.Wait()
	if first != nil {
		return nil, first
	}
	run := summary(times, time.Since(start).Seconds())
	run.Bytes = bytes
	return run, nil
}
