package rpc

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"sync/atomic"
	"testing"
	"time"
)

// endless counts what it could write.
func endless(written *atomic.Int64, ended chan<- error) Handler {
	return func(context.Context, *Call) (any, error) {
		return Stream{Result: struct{}{}, Write: func(w io.Writer) error {
			chunk := make([]byte, BodyLimit)
			for {
				n, err := w.Write(chunk)
				written.Add(int64(n))
				if err != nil {
					ended <- err
					return err
				}
			}
		}}, nil
	}
}

// settled returns n once it is that much, and grows no more.
func settled(t *testing.T, n *atomic.Int64, least int64) int64 {
	t.Helper()
	for end := time.Now().Add(timeLimit); n.Load() < least && time.Now().Before(end); {
		time.Sleep(time.Millisecond)
	}
	for {
		before := n.Load()
		time.Sleep(50 * time.Millisecond)
		if n.Load() == before {
			return before
		}
	}
}

func TestWriterWaitsForTheReader(t *testing.T) {
	var written atomic.Int64
	ended := make(chan error, 1)
	host, _ := pair(t, map[string]Handler{"endless": endless(&written, ended)}, nil)
	reply, err := host.Request(limited(t), "endless", struct{}{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	// The writer's own buffer takes one chunk that is not on its way yet.
	if n := settled(t, &written, Window); n < Window || n > Window+2*BodyLimit {
		t.Errorf("%d bytes are written with nobody reading, want about %d", n, Window)
	}
	if _, err := io.CopyN(io.Discard, reply.Body, 3*Window); err != nil {
		t.Fatal(err)
	}
	if n := settled(t, &written, 3*Window); n < 3*Window || n > 4*Window+2*BodyLimit {
		t.Errorf("%d bytes are written and %d read", n, 3*Window)
	}
	reply.Body.Close()
	select {
	case <-ended:
	case <-time.After(timeLimit):
		t.Error("the writer goes on after its reader has gone")
	}
}

func TestUploadWaitsForCredit(t *testing.T) {
	toHelper, in := io.Pipe()
	out, fromHelper := io.Pipe()
	conn := NewConn(Helper, toHelper, fromHelper)
	go func() { _ = conn.Serve(context.Background(), nil); fromHelper.Close() }()
	content := bytes.Repeat([]byte("x"), 3*Window)
	result := make(chan error, 1)
	go func() {
		reply, err := conn.Request(limited(t), "http", map[string]bool{"body": true}, bytes.NewReader(content))
		if err == nil {
			err = reply.Body.Close()
		}
		result <- err
	}()
	received, credit := 0, Window
	for end := false; !end; {
		h, body, err := readFrame(out)
		if err != nil {
			t.Fatal(err)
		}
		if h.Kind != kindData {
			continue
		}
		received += len(body)
		if received > credit {
			t.Fatalf("%d bytes came, %d were allowed", received, credit)
		}
		if received == credit {
			credit += Window
			if _, err := in.Write(frame(fmt.Sprintf(`{"kind":"credit","from":"helper","id":%d,"part":"request","bytes":%d}`, h.ID, Window), nil)); err != nil {
				t.Fatal(err)
			}
		}
		end = *h.End
	}
	if received != len(content) {
		t.Errorf("%d bytes came, want %d", received, len(content))
	}
	// The reply may be there before the end of the upload is noted: then closing it cancels, which somebody must read.
	go func() { _, _ = io.Copy(io.Discard, out) }()
	if _, err := in.Write(frame(`{"kind":"reply","from":"helper","id":1,"result":{}}`, nil)); err != nil {
		t.Fatal(err)
	}
	if err := <-result; err != nil {
		t.Error(err)
	}
	in.Close()
}

// A connection that ends fails whoever waits for it, also in the middle of a body.
func TestEndOfConnectionFailsRequests(t *testing.T) {
	toHelper, in := io.Pipe()
	out, fromHelper := io.Pipe()
	conn := NewConn(Helper, toHelper, fromHelper)
	served := make(chan error, 1)
	go func() { served <- conn.Serve(context.Background(), nil) }()
	go func() { _, _ = io.Copy(io.Discard, out) }()
	waiting := make(chan error, 2)
	for range 2 {
		go func() {
			reply, err := conn.Request(limited(t), "http", struct{}{}, nil)
			if err == nil {
				_, err = io.ReadAll(reply.Body)
			}
			waiting <- err
		}()
	}
	for asked := 0; asked < 2; {
		conn.mu.Lock()
		asked = len(conn.asked)
		conn.mu.Unlock()
		time.Sleep(time.Millisecond)
	}
	if _, err := in.Write(frame(`{"kind":"reply","from":"helper","id":1,"result":{"body":true}}`, nil)); err != nil {
		t.Fatal(err)
	}
	in.Close()
	for range 2 {
		if e, ok := errors.AsType[*Error](<-waiting); !ok || e.Code != Cancelled {
			t.Errorf("error is %v", e)
		}
	}
	if err := <-served; err != nil {
		t.Error(err)
	}
	if _, err := conn.Request(limited(t), "http", struct{}{}, nil); err == nil {
		t.Error("a request after the end succeeds")
	}
}
