package rpc

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
)

// Conn is one side of the wire. Its methods may be used by many goroutines at once.
type Conn struct {
	side Side
	in   *bufio.Reader
	out  frameWriter

	// InOrder has methods whose requests are answered before the next frame is read: what follows them need not wait for the answer.
	InOrder []string

	mu      sync.Mutex
	last    uint64
	asked   map[uint64]*request
	serving map[uint64]*Call
	ended   error
}

// NewConn makes a connection that [Conn.Serve] then runs.
func NewConn(side Side, in io.Reader, out io.Writer) *Conn {
	return &Conn{
		side:    side,
		in:      bufio.NewReaderSize(in, 2*BodyLimit),
		out:     frameWriter{w: out},
		asked:   make(map[uint64]*request),
		serving: make(map[uint64]*Call),
	}
}

func (c *Conn) send(h header, body []byte) error { return c.out.write(h, body) }

// Serve reads frames until the input ends, which is no error between two frames, or until one breaks the protocol. Then all
// requests of both sides end; it returns when their handlers did.
func (c *Conn) Serve(ctx context.Context, methods map[string]Handler) error {
	ctx, cancel := context.WithCancelCause(ctx)
	var running sync.WaitGroup
	defer running.Wait()
	for {
		h, body, err := readFrame(c.in)
		if err == nil {
			err = c.dispatch(ctx, h, body, methods, &running)
		}
		if err != nil {
			closed := &Error{Code: Cancelled, Message: "the connection between opm and opm-cue ended"}
			cancel(closed)
			c.end(closed)
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
	}
}

func (c *Conn) dispatch(ctx context.Context, h header, body []byte, methods map[string]Handler, running *sync.WaitGroup) error {
	switch {
	case h.From != Host && h.From != Helper:
		return fmt.Errorf("frame from %q", h.From)
	case h.From == c.side:
		return c.answered(h, body)
	case h.Kind == kindRequest:
		call := newCall(ctx, c, h)
		c.mu.Lock()
		known := c.serving[h.ID] != nil
		c.serving[h.ID] = call
		c.mu.Unlock()
		if known {
			return fmt.Errorf("request %d came twice", h.ID)
		}
		if slices.Contains(c.InOrder, h.Method) {
			call.run(methods[h.Method])
			return nil
		}
		running.Go(func() { call.run(methods[h.Method]) })
		return nil
	}
	c.mu.Lock()
	call := c.serving[h.ID]
	c.mu.Unlock()
	if call == nil {
		return nil
	}
	switch h.Kind {
	case kindCancel:
		call.cancel(context.Canceled)
	case kindCredit:
		if h.Bytes < 0 {
			return fmt.Errorf("credit of %d bytes", h.Bytes)
		}
		call.body.add(h.Bytes)
	case kindData:
	default:
		return fmt.Errorf("frame of kind %q for a request of the other side", h.Kind)
	}
	return nil
}

// end fails all requests that wait for the other side, and all later ones.
func (c *Conn) end(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ended = err
	for id, r := range c.asked {
		delete(c.asked, id)
		r.fail(err)
	}
}
