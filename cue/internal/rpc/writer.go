package rpc

import (
	"context"
	"sync"
)

// bodyWriter writes a body in data frames, no more than the reader's credit.
type bodyWriter struct {
	ctx  context.Context
	send func(h header, body []byte) error
	from Side
	id   uint64
	part string

	mu     sync.Mutex
	change *sync.Cond
	credit int64
}

func newBodyWriter(ctx context.Context, send func(header, []byte) error, from Side, id uint64, part string) *bodyWriter {
	w := &bodyWriter{ctx: ctx, send: send, from: from, id: id, part: part, credit: Window}
	w.change = sync.NewCond(&w.mu)
	return w
}

// Write blocks while there is no credit, and fails when the context ends.
func (w *bodyWriter) Write(p []byte) (int, error) {
	stop := context.AfterFunc(w.ctx, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.change.Broadcast()
	})
	defer stop()
	written := 0
	for written < len(p) {
		n, err := w.take(int64(min(len(p)-written, BodyLimit)))
		if err != nil {
			return written, err
		}
		if err := w.data(p[written:written+int(n)], false); err != nil {
			return written, err
		}
		written += int(n)
	}
	return written, nil
}

// take waits for credit and takes at most n bytes of it.
func (w *bodyWriter) take(n int64) (int64, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for w.credit <= 0 && w.ctx.Err() == nil {
		w.change.Wait()
	}
	if err := w.ctx.Err(); err != nil {
		return 0, context.Cause(w.ctx)
	}
	n = min(n, w.credit)
	w.credit -= n
	return n, nil
}

func (w *bodyWriter) data(p []byte, end bool) error {
	return w.send(header{Kind: kindData, From: w.from, ID: w.id, Part: w.part, End: &end}, p)
}

// add gives the writer more credit.
func (w *bodyWriter) add(bytes int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.credit += bytes
	w.change.Broadcast()
}

// end says that the body is complete.
func (w *bodyWriter) end() error { return w.data(nil, true) }
