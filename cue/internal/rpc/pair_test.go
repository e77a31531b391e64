package rpc

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"testing"
	"time"
)

const timeLimit = 2 * time.Minute

// pair connects two sides until the test ends: what the helper can be asked, and what the host can be asked.
func pair(t *testing.T, helper, host map[string]Handler) (hostConn, helperConn *Conn) {
	t.Helper()
	toHelper, fromHost := io.Pipe()
	toHost, fromHelper := io.Pipe()
	helperConn, hostConn = NewConn(Helper, toHelper, fromHelper), NewConn(Host, toHost, fromHost)
	done := make(chan error, 2)
	go func() { done <- helperConn.Serve(context.Background(), helper); fromHelper.Close() }()
	go func() { done <- hostConn.Serve(context.Background(), host); fromHost.Close() }()
	t.Cleanup(func() {
		fromHost.Close()
		for range 2 {
			select {
			case err := <-done:
				if err != nil && !errors.Is(err, io.ErrClosedPipe) {
					t.Errorf("Serve: %v", err)
				}
			case <-time.After(timeLimit):
				t.Fatal("a side does not end")
			}
		}
	})
	return hostConn, helperConn
}

func limited(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), timeLimit)
	t.Cleanup(cancel)
	return ctx
}

// raw is the host's end of a helper, for frames that no Conn would send.
type raw struct {
	t   *testing.T
	in  *io.PipeWriter
	out *io.PipeReader
	end chan error
}

func startRaw(t *testing.T, methods map[string]Handler) *raw {
	t.Helper()
	toHelper, in := io.Pipe()
	out, fromHelper := io.Pipe()
	r := &raw{t, in, out, make(chan error, 1)}
	go func() {
		conn := NewConn(Helper, toHelper, fromHelper)
		conn.InOrder = []string{"first"}
		r.end <- conn.Serve(context.Background(), methods)
		toHelper.CloseWithError(io.ErrClosedPipe)
		fromHelper.Close()
	}()
	t.Cleanup(func() { in.Close(); out.Close() })
	return r
}

func frame(headerText string, body []byte) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(headerText)))
	b = binary.BigEndian.AppendUint32(b, uint32(len(body)))
	return append(append(b, headerText...), body...)
}

func (r *raw) write(b []byte) {
	r.t.Helper()
	if _, err := r.in.Write(b); err != nil {
		r.t.Fatal(err)
	}
}

func (r *raw) read() (header, []byte) {
	r.t.Helper()
	h, body, err := readFrame(r.out)
	if err != nil {
		r.t.Fatal(err)
	}
	return h, body
}

// wait returns what Serve returned.
func (r *raw) wait() error {
	r.t.Helper()
	select {
	case err := <-r.end:
		return err
	case <-time.After(timeLimit):
		r.t.Fatal("Serve does not end")
		return nil
	}
}

func echo(_ context.Context, call *Call) (any, error) {
	var params struct {
		Text string `json:"text"`
	}
	if err := call.Params(&params); err != nil {
		return nil, err
	}
	return params, nil
}

func wantResult(t *testing.T, reply *Reply, want string) {
	t.Helper()
	var got, expected any
	if json.Unmarshal(reply.Result, &got) != nil || json.Unmarshal([]byte(want), &expected) != nil {
		t.Fatalf("result is %s", reply.Result)
	}
	a, _ := json.Marshal(got)
	b, _ := json.Marshal(expected)
	if string(a) != string(b) {
		t.Errorf("result is %s, want %s", a, b)
	}
}
