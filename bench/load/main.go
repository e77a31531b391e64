// Command load is the benchmark's load generator for what wrk cannot do: large downloads, which it drains without copying
// them, and pushes. It speaks HTTP/1.1 over blocking sockets so that it takes little of the CPU it shares with the server.
// It prints one JSON object.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"sort"
	"strings"
	"sync"
	"time"
)

type result struct {
	Requests int     `json:"requests"`
	Bytes    int64   `json:"bytes"`
	Seconds  float64 `json:"seconds"`
	P50      float64 `json:"p50"`
	P99      float64 `json:"p99"`
}

// worker runs one unit of work after another on its own connection; it gives the bytes moved.
type worker func(index int) (int64, error)

func main() {
	address := flag.String("address", "", "host:port of the server")
	connections := flag.Int("connections", 1, "connections")
	seconds := flag.Float64("seconds", 0, "seconds to go on for (pull)")
	count := flag.Int("count", 0, "blobs to push")
	paths := flag.String("paths", "", "file with one path a line (pull)")
	var push pushOptions
	flag.StringVar(&push.repository, "repository", "", "repository to push to")
	flag.Int64Var(&push.size, "size", 0, "bytes of a blob")
	flag.Int64Var(&push.chunk, "chunk", 0, "bytes of a PATCH; 0 sends the blob with the PUT")
	flag.StringVar(&push.seed, "seed", "", "makes the blobs of this run differ from those of others")
	flag.StringVar(&push.authorization, "authorization", "", "value of the Authorization header")
	flag.Parse()

	var run *result
	var err error
	switch flag.Arg(0) {
	case "pull":
		var text []byte
		if text, err = os.ReadFile(*paths); err == nil {
			list := strings.Fields(string(text))
			run, err = measure(*connections, func(int) (worker, error) { return newPuller(*address, list) }, *seconds, 0)
		}
	case "push":
		blobs := newBlobs(push, *count)
		run, err = measure(*connections, func(int) (worker, error) { return newPusher(*address, push, blobs) }, 0, *count)
	default:
		err = fmt.Errorf("expected pull or push")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "load:", err)
		os.Exit(1)
	}
	json.NewEncoder(os.Stdout).Encode(run)
}

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
	took := time.Since(start).Seconds()
	sort.Float64s(times)
	at := func(share float64) float64 { return times[int(share*float64(len(times)-1))] }
	return &result{len(times), bytes, took, at(0.5), at(0.99)}, nil
}
