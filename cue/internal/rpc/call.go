package rpc

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
)

// Handler answers one kind of request. The context ends when the request is cancelled or the connection ends; what it returns
// is sent as JSON, or as [Stream] has it. An error is sent as [FromError] has it.
type Handler func(ctx context.Context, call *Call) (result any, err error)

// Stream is a result with a body: Result must be an object, `body: true` is added to it. An error of Write ends the body.
type Stream struct {
	Result any
	Write  func(w io.Writer) error
}

// Call is a request of the other side.
type Call struct {
	Method string

	conn   *Conn
	id     uint64
	from   Side
	params json.RawMessage
	ctx    context.Context
	cancel context.CancelCauseFunc
	body   *bodyWriter
}

func newCall(ctx context.Context, conn *Conn, h header) *Call {
	ctx, cancel := context.WithCancelCause(WithMemory(ctx))
	return &Call{
		Method: h.Method,
		conn:   conn, id: h.ID, from: h.From, params: h.Params, ctx: ctx, cancel: cancel,
		body: newBodyWriter(ctx, conn.send, h.From, h.ID, partReply),
	}
}

// Params reads the parameters into a struct. A field that the struct lacks is refused.
func (c *Call) Params(into any) error {
	params := c.params
	if len(params) == 0 {
		params = json.RawMessage("{}")
	}
	decoder := json.NewDecoder(bytes.NewReader(params))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return Errorf(Invalid, "parameters of %q: %v", c.Method, err)
	}
	return nil
}

// Event tells the asking side something before the reply.
func (c *Call) Event(event any) error {
	raw, err := json.Marshal(event)
	if err != nil {
		return err
	}
	return c.send(header{Kind: kindEvent, Event: raw}, nil)
}

func (c *Call) send(h header, body []byte) error {
	h.From, h.ID = c.from, c.id
	return c.conn.send(h, body)
}

// run handles the request and sends what comes of it. When even that cannot be sent the connection is over, and Serve ends.
func (c *Call) run(handler Handler) {
	defer c.cancel(nil)
	err := c.answer(handler)
	c.conn.mu.Lock()
	delete(c.conn.serving, c.id)
	c.conn.mu.Unlock()
	if err == nil {
		return
	}
	failure := FromError(c.ctx, err)
	if context.Cause(c.ctx) == context.Canceled {
		failure = &Error{Code: Cancelled, Message: "cancelled"}
	}
	if err := c.send(header{Kind: kindError, Error: failure}, nil); err == error(errTooLarge) {
		_ = c.send(header{Kind: kindError, Error: errTooLarge}, nil)
	}
}

func (c *Call) answer(handler Handler) error {
	if handler == nil {
		return Errorf(Invalid, "opm-cue has no method %q", c.Method)
	}
	result, err := guard(func() (any, error) { return handler(c.ctx, c) })
	if err != nil {
		return err
	}
	stream, ok := result.(Stream)
	if !ok {
		raw, err := json.Marshal(result)
		if err != nil {
			return err
		}
		return c.send(header{Kind: kindReply, Result: raw}, nil)
	}
	raw, err := withBody(stream.Result)
	if err != nil {
		return err
	}
	if err := c.send(header{Kind: kindReply, Result: raw}, nil); err != nil {
		return err
	}
	_, err = guard(func() (any, error) {
		buffered := bufio.NewWriterSize(c.body, BodyLimit)
		if err := stream.Write(buffered); err != nil {
			return nil, err
		}
		return nil, buffered.Flush()
	})
	if err != nil {
		return err
	}
	return c.body.end()
}

// guard makes an error of a panic: one broken evaluation must not end the others.
func guard(f func() (any, error)) (result any, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = Errorf(Internal, "internal error of opm-cue: %v", p)
		}
	}()
	return f()
}

// withBody returns the JSON of an object with `body: true`.
func withBody(result any) (json.RawMessage, error) {
	raw, err := json.Marshal(result)
	if err != nil {
		return nil, err
	}
	fields := map[string]json.RawMessage{}
	if err := json.Unmarshal(raw, &fields); err != nil || fields == nil {
		return nil, fmt.Errorf("a result with a body is an object, not %.20s", raw)
	}
	fields["body"] = json.RawMessage("true")
	return json.Marshal(fields)
}
