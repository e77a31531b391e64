package rpc

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// Reply is the answer to a request. Body must be closed, which cancels what is left of it; it is empty where the result has none.
type Reply struct {
	Result json.RawMessage
	Body   io.ReadCloser
}

// request is a request of ours that the other side has not fully answered yet.
type request struct {
	conn    *Conn
	id      uint64
	reply   chan json.RawMessage
	failed  chan struct{}
	failure error
	replied bool
	body    *bodyReader
	upload  *bodyWriter
	stop    context.CancelFunc
}

// Request asks the other side. A body that is not nil is sent after the request, whose params must have `body: true`. When ctx
// ends, the request is cancelled, also while the body of the reply is read. Errors of the other side are of type [*Error], and
// are remembered for [FromError].
func (c *Conn) Request(ctx context.Context, method string, params any, body io.Reader) (*Reply, error) {
	raw, err := json.Marshal(params)
	if err != nil {
		return nil, err
	}
	r, err := c.register(ctx)
	if err != nil {
		return nil, err
	}
	if err := c.send(header{Kind: kindRequest, From: c.side, ID: r.id, Method: method, Params: raw}, nil); err != nil {
		r.finish(err)
		return nil, err
	}
	if body != nil {
		go r.uploadBody(body)
	}
	unwatch := context.AfterFunc(ctx, func() { r.cancel(context.Cause(ctx)) })
	replied := func(result json.RawMessage) *Reply {
		return &Reply{Result: result, Body: &replyBody{request: r, ctx: ctx, unwatch: unwatch}}
	}
	select {
	case result := <-r.reply:
		return replied(result), nil
	case <-r.failed:
	}
	// What failed after the reply came fails its body.
	select {
	case result := <-r.reply:
		return replied(result), nil
	default:
		unwatch()
		return nil, remembered(ctx, r.failure)
	}
}

func (c *Conn) register(ctx context.Context) (*request, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ended != nil {
		return nil, c.ended
	}
	c.last++
	id := c.last
	ctx, stop := context.WithCancel(ctx)
	r := &request{
		conn: c, id: id, stop: stop,
		reply:  make(chan json.RawMessage, 1),
		failed: make(chan struct{}),
		upload: newBodyWriter(ctx, c.send, c.side, id, partRequest),
		body: newBodyReader(func(bytes int64) error {
			return c.send(header{Kind: kindCredit, From: c.side, ID: id, Part: partReply, Bytes: bytes}, nil)
		}),
	}
	c.asked[id] = r
	return r, nil
}

func (r *request) uploadBody(body io.Reader) {
	if _, err := io.Copy(r.upload, body); err != nil {
		r.cancel(err)
		return
	}
	_ = r.upload.end()
}

// answered takes a frame that belongs to one of our requests. Frames of requests that are over are left alone.
func (c *Conn) answered(h header, body []byte) error {
	c.mu.Lock()
	r := c.asked[h.ID]
	c.mu.Unlock()
	if r == nil {
		return nil
	}
	switch h.Kind {
	case kindReply:
		return r.setReply(h.Result)
	case kindError:
		if h.Error == nil {
			return errors.New("an error frame without an error")
		}
		r.finish(h.Error)
	case kindData:
		if err := r.body.push(body); err != nil {
			return err
		}
		if h.End != nil && *h.End {
			r.finish(io.EOF)
		}
	case kindCredit:
		if h.Bytes < 0 {
			return fmt.Errorf("credit of %d bytes", h.Bytes)
		}
		r.upload.add(h.Bytes)
	case kindEvent:
	default:
		return fmt.Errorf("frame of kind %q for a request of this side", h.Kind)
	}
	return nil
}

func (r *request) setReply(result json.RawMessage) error {
	if r.replied {
		return fmt.Errorf("second reply to request %d", r.id)
	}
	r.replied = true
	var fields struct {
		Body bool `json:"body"`
	}
	// A result may be any JSON; only an object can say that it has a body.
	_ = json.Unmarshal(result, &fields)
	r.reply <- result
	if !fields.Body {
		r.finish(io.EOF)
	}
	return nil
}

// finish ends the request with an error, or [io.EOF] when all has come. Only the first call has an effect.
func (r *request) finish(err error) bool {
	r.conn.mu.Lock()
	first := r.conn.asked[r.id] == r
	delete(r.conn.asked, r.id)
	r.conn.mu.Unlock()
	if first {
		r.fail(err)
	}
	return first
}

func (r *request) fail(err error) {
	r.stop()
	r.failure = err
	r.body.finish(err)
	if err != io.EOF {
		close(r.failed)
	}
}

// cancel ends the request and tells the other side.
func (r *request) cancel(err error) {
	if r.finish(err) {
		_ = r.conn.send(header{Kind: kindCancel, From: r.conn.side, ID: r.id}, nil)
	}
}

// replyBody is what a caller of [Conn.Request] reads.
type replyBody struct {
	request *request
	ctx     context.Context
	unwatch func() bool
}

func (b *replyBody) Read(p []byte) (int, error) {
	n, err := b.request.body.Read(p)
	if err != nil && err != io.EOF {
		err = remembered(b.ctx, err)
	}
	return n, err
}

func (b *replyBody) Close() error {
	b.unwatch()
	b.request.cancel(errors.New("the body was closed"))
	return nil
}

func remembered(ctx context.Context, err error) error {
	if e, ok := errors.AsType[*Error](err); ok {
		return Remember(ctx, e)
	}
	return err
}
