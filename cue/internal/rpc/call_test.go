package rpc

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestInOrder(t *testing.T) {
	const rounds = 50
	done := 0
	r := startRaw(t, map[string]Handler{
		"first": func(context.Context, *Call) (any, error) {
			time.Sleep(time.Millisecond)
			done++
			return done, nil
		},
		"then": func(context.Context, *Call) (any, error) { return done, nil },
	})
	for i := range rounds {
		first := frame(fmt.Sprintf(`{"kind":"request","from":"host","id":%d,"method":"first"}`, 2*i+1), nil)
		then := frame(fmt.Sprintf(`{"kind":"request","from":"host","id":%d,"method":"then"}`, 2*i+2), nil)
		r.write(append(first, then...))
		for id := 2*i + 1; id <= 2*i+2; id++ {
			if h, _ := r.read(); h.ID != uint64(id) || string(h.Result) != fmt.Sprint(i+1) {
				t.Fatalf("request %d is answered by %d with %s, want %d", id, h.ID, h.Result, i+1)
			}
		}
	}
}

func TestRequestsInBothDirections(t *testing.T) {
	var helper *Conn
	host, helper := pair(t, map[string]Handler{
		"twice": func(ctx context.Context, call *Call) (any, error) {
			reply, err := helper.Request(ctx, "echo", map[string]string{"text": "from " + call.Method}, nil)
			if err != nil {
				return nil, err
			}
			defer reply.Body.Close()
			return reply.Result, nil
		},
	}, map[string]Handler{"echo": echo})
	var running sync.WaitGroup
	for range 50 {
		running.Go(func() {
			reply, err := host.Request(limited(t), "twice", struct{}{}, nil)
			if err != nil {
				t.Error(err)
				return
			}
			wantResult(t, reply, `{"text": "from twice"}`)
		})
	}
	running.Wait()
}

func TestParams(t *testing.T) {
	host, _ := pair(t, map[string]Handler{"echo": echo}, nil)
	tests := []struct {
		method string
		params any
		want   string
	}{
		{"echo", map[string]any{"text": "a", "more": 1}, `unknown field "more"`},
		{"echo", map[string]any{"text": 1}, "cannot unmarshal number"},
		{"nope", map[string]any{}, `no method "nope"`},
	}
	for _, test := range tests {
		_, err := host.Request(limited(t), test.method, test.params, nil)
		e, ok := errors.AsType[*Error](err)
		if !ok || e.Code != Invalid || !strings.Contains(e.Message, test.want) {
			t.Errorf("%s with %v: %v, want %q", test.method, test.params, err, test.want)
		}
	}
}

func TestErrorsOfHandlers(t *testing.T) {
	var helper *Conn
	ask := func(ctx context.Context) error {
		_, err := helper.Request(ctx, "fail", struct{}{}, nil)
		return err
	}
	diagnostic := Diagnostic{Message: "bad", Check: "syntax"}
	handlers := map[string]struct {
		handler Handler
		want    Error
	}{
		"typed": {func(context.Context, *Call) (any, error) { return nil, Errorf(Refused, "no: %w", io.EOF) }, Error{Code: Refused, Message: "no: EOF"}},
		"typed and wrapped": {func(context.Context, *Call) (any, error) {
			return nil, fmt.Errorf("outside: %w", &Error{Code: Refused, Message: "inside", Diagnostics: []Diagnostic{diagnostic}})
		}, Error{Code: Refused, Message: "inside"}},
		"any":        {func(context.Context, *Call) (any, error) { return nil, errors.New("any") }, Error{Code: General, Message: "any"}},
		"panic":      {func(context.Context, *Call) (any, error) { panic("oh") }, Error{Code: Internal, Message: "internal error of opm-cue: oh"}},
		"host":       {func(ctx context.Context, _ *Call) (any, error) { return nil, ask(ctx) }, Error{Code: Permission, Message: "401 by host"}},
		"host by %w": {func(ctx context.Context, _ *Call) (any, error) { return nil, fmt.Errorf("mvs: %w", ask(ctx)) }, Error{Code: Permission, Message: "401 by host"}},
		"host by %v": {func(ctx context.Context, _ *Call) (any, error) { return nil, fmt.Errorf("mvs: %v", ask(ctx)) }, Error{Code: Permission, Message: "401 by host"}},
		"longest": {func(ctx context.Context, _ *Call) (any, error) {
			return nil, fmt.Errorf("mvs: %v", Remember(ctx, Errorf(Permission, "module m: %w", ask(ctx))))
		}, Error{Code: Permission, Message: "module m: 401 by host"}},
		"host forgotten": {func(ctx context.Context, _ *Call) (any, error) { _ = ask(ctx); return nil, errors.New("other") }, Error{Code: General, Message: "other"}},
		"no JSON":        {func(context.Context, *Call) (any, error) { return func() {}, nil }, Error{Code: General, Message: "json: unsupported type: func()"}},
	}
	methods := map[string]Handler{}
	for name, test := range handlers {
		methods[name] = test.handler
	}
	host, helper := pair(t, methods, map[string]Handler{
		"fail": func(context.Context, *Call) (any, error) { return nil, Errorf(Permission, "401 by host") },
	})
	for name, test := range handlers {
		t.Run(name, func(t *testing.T) {
			_, err := host.Request(limited(t), name, struct{}{}, nil)
			e, ok := errors.AsType[*Error](err)
			if !ok || e.Code != test.want.Code || e.Message != test.want.Message {
				t.Errorf("error is %#v, want %#v", err, test.want)
			}
		})
	}
}

func TestBodies(t *testing.T) {
	content := bytes.Repeat([]byte("0123456789abcdef"), 1<<20/4)
	host, _ := pair(t, map[string]Handler{
		"stream": func(context.Context, *Call) (any, error) {
			return Stream{Result: map[string]int{"n": 1}, Write: func(w io.Writer) error { _, err := w.Write(content); return err }}, nil
		},
		"empty": func(context.Context, *Call) (any, error) {
			return Stream{Result: struct{}{}, Write: func(io.Writer) error { return nil }}, nil
		},
		"breaks": func(context.Context, *Call) (any, error) {
			return Stream{Result: struct{}{}, Write: func(w io.Writer) error {
				_, err := w.Write(content)
				return errors.Join(err, Errorf(Network, "lost"))
			}}, nil
		},
	}, nil)
	read := func(method string) (*Reply, []byte, error) {
		reply, err := host.Request(limited(t), method, struct{}{}, nil)
		if err != nil {
			t.Fatal(err)
		}
		defer reply.Body.Close()
		data, err := io.ReadAll(reply.Body)
		return reply, data, err
	}
	reply, data, err := read("stream")
	if err != nil || !bytes.Equal(data, content) {
		t.Errorf("%d bytes, %v; want %d", len(data), err, len(content))
	}
	wantResult(t, reply, `{"n": 1, "body": true}`)
	if _, data, err := read("empty"); err != nil || len(data) > 0 {
		t.Errorf("%d bytes, %v; want none", len(data), err)
	}
	_, data, err = read("breaks")
	if e, ok := errors.AsType[*Error](err); !ok || e.Code != Network || !bytes.Equal(data, content) {
		t.Errorf("%d bytes, %v; want all, then the error", len(data), err)
	}
}

func TestEvents(t *testing.T) {
	r := startRaw(t, map[string]Handler{"e": func(_ context.Context, call *Call) (any, error) {
		for i := range 3 {
			if err := call.Event(map[string]int{"i": i}); err != nil {
				return nil, err
			}
		}
		return struct{}{}, nil
	}})
	r.write(frame(`{"kind":"request","from":"host","id":7,"method":"e"}`, nil))
	var kinds []string
	for range 4 {
		h, _ := r.read()
		if h.ID != 7 || h.From != Host {
			t.Errorf("frame of %d from %s", h.ID, h.From)
		}
		kinds = append(kinds, h.Kind+string(h.Event))
	}
	if got := strings.Join(kinds, " "); got != `event{"i":0} event{"i":1} event{"i":2} reply` {
		t.Errorf("frames are %s", got)
	}
}

func TestCancel(t *testing.T) {
	started := make(chan struct{})
	host, _ := pair(t, map[string]Handler{
		"wait": func(ctx context.Context, _ *Call) (any, error) {
			close(started)
			<-ctx.Done()
			return nil, fmt.Errorf("evaluation: %w", context.Cause(ctx))
		},
		"echo": echo,
	}, nil)
	ctx, cancel := context.WithCancel(limited(t))
	go func() { <-started; cancel() }()
	if _, err := host.Request(ctx, "wait", struct{}{}, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("error is %v", err)
	}
	reply, err := host.Request(limited(t), "echo", map[string]string{"text": "still there"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	wantResult(t, reply, `{"text": "still there"}`)
}

func TestCancelIsAnswered(t *testing.T) {
	r := startRaw(t, map[string]Handler{"wait": func(ctx context.Context, _ *Call) (any, error) { <-ctx.Done(); return nil, errors.New("broken off") }})
	r.write(frame(`{"kind":"request","from":"host","id":1,"method":"wait"}`, nil))
	r.write(frame(`{"kind":"cancel","from":"host","id":1}`, nil))
	if h, _ := r.read(); h.Kind != kindError || h.Error.Code != Cancelled {
		t.Errorf("answer is %+v", h)
	}
	// Too late is no error.
	r.write(frame(`{"kind":"cancel","from":"host","id":1}`, nil))
	r.in.Close()
	if err := r.wait(); err != nil {
		t.Error(err)
	}
}

func TestEndOfInputEndsHandlers(t *testing.T) {
	ended := make(chan struct{})
	r := startRaw(t, map[string]Handler{"wait": func(ctx context.Context, _ *Call) (any, error) { <-ctx.Done(); close(ended); return nil, ctx.Err() }})
	r.write(frame(`{"kind":"request","from":"host","id":1,"method":"wait"}`, nil))
	go func() { _, _ = io.Copy(io.Discard, r.out) }()
	r.in.Close()
	if err := r.wait(); err != nil {
		t.Error(err)
	}
	select {
	case <-ended:
	case <-time.After(timeLimit):
		t.Error("the handler still runs")
	}
}
