package rpc

import (
	"errors"
	"io"
	"sync"
)

// creditStep is how much is read before the writer gets credit for it, in bytes.
const creditStep = Window / 4

var errOverrun = errors.New("more of a body than was asked for")

// bodyReader is a body that comes in data frames. What is not read yet is at most [Window] bytes.
type bodyReader struct {
	credit func(bytes int64) error

	mu      sync.Mutex
	change  *sync.Cond
	chunks  [][]byte
	allowed int64
	owed    int64
	err     error
}

func newBodyReader(credit func(bytes int64) error) *bodyReader {
	r := &bodyReader{credit: credit, allowed: Window}
	r.change = sync.NewCond(&r.mu)
	return r
}

// push adds what came. It never blocks; a writer that goes beyond its credit breaks the protocol.
func (r *bodyReader) push(p []byte) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err != nil || len(p) == 0 {
		return nil
	}
	r.allowed -= int64(len(p))
	if r.allowed < 0 {
		return errOverrun
	}
	r.chunks = append(r.chunks, p)
	r.change.Broadcast()
	return nil
}

// finish ends the body: what is queued can still be read, then err comes.
func (r *bodyReader) finish(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err == nil {
		r.err = err
		r.change.Broadcast()
	}
}

// Read implements [io.Reader].
func (r *bodyReader) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	n, credit, err := r.next(p)
	if err == nil && credit > 0 {
		err = r.credit(credit)
	}
	return n, err
}

func (r *bodyReader) next(p []byte) (n int, credit int64, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for len(r.chunks) == 0 && r.err == nil {
		r.change.Wait()
	}
	if len(r.chunks) == 0 {
		return 0, 0, r.err
	}
	n = copy(p, r.chunks[0])
	if r.chunks[0] = r.chunks[0][n:]; len(r.chunks[0]) == 0 {
		r.chunks = r.chunks[1:]
	}
	r.owed += int64(n)
	if r.err != nil || r.owed < creditStep {
		return n, 0, nil
	}
	credit, r.owed = r.owed, 0
	r.allowed += credit
	return n, credit, nil
}

var _ io.Reader = (*bodyReader)(nil)
