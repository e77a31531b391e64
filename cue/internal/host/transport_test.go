package host_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"cuelang.org/go/opm-cue/internal/host"
	"cuelang.org/go/opm-cue/internal/rpc"
)

type params struct {
	Method  string      `json:"method"`
	URL     string      `json:"url"`
	Headers http.Header `json:"headers"`
	Body    bool        `json:"body"`
}

type result struct {
	Status  int         `json:"status"`
	Headers http.Header `json:"headers"`
}

// transport has a host that answers as its handler does.
func transport(t *testing.T, handler func(ctx context.Context, p params) (any, error)) http.RoundTripper {
	t.Helper()
	toHelper, fromHost := io.Pipe()
	toHost, fromHelper := io.Pipe()
	helper, opm := rpc.NewConn(rpc.Helper, toHelper, fromHelper), rpc.NewConn(rpc.Host, toHost, fromHost)
	go func() { _ = helper.Serve(context.Background(), nil); fromHelper.Close() }()
	go func() {
		_ = opm.Serve(context.Background(), map[string]rpc.Handler{"http": func(ctx context.Context, call *rpc.Call) (any, error) {
			var p params
			if err := call.Params(&p); err != nil {
				return nil, err
			}
			return handler(ctx, p)
		}})
	}()
	t.Cleanup(func() { fromHost.Close() })
	return &host.Transport{Conn: helper}
}

func request(t *testing.T, ctx context.Context, method string, body io.Reader) *http.Request {
	t.Helper()
	req, err := http.NewRequestWithContext(ctx, method, "https://reg.test/v2/a/tags/list?n=1", body)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Add("Accept", "a/b")
	req.Header.Add("Accept", "c/d")
	return req
}

func TestRoundTrip(t *testing.T) {
	content := bytes.Repeat([]byte("z"), 3<<20)
	rt := transport(t, func(_ context.Context, p params) (any, error) {
		if p.Method != "GET" || p.URL != "https://reg.test/v2/a/tags/list?n=1" || strings.Join(p.Headers["Accept"], " ") != "a/b c/d" || p.Body {
			return nil, rpc.Errorf(rpc.General, "request is %+v", p)
		}
		headers := http.Header{"content-type": {"x/y"}, "link": {"1", "2"}, "content-length": {"3145728"}}
		return rpc.Stream{Result: result{206, headers}, Write: func(w io.Writer) error { _, err := w.Write(content); return err }}, nil
	})
	resp, err := rt.RoundTrip(request(t, context.Background(), "GET", nil))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil || !bytes.Equal(data, content) {
		t.Errorf("%d bytes, %v", len(data), err)
	}
	if resp.StatusCode != 206 || resp.ContentLength != 3<<20 || resp.Header.Get("Content-Type") != "x/y" || len(resp.Header.Values("Link")) != 2 {
		t.Errorf("response is %+v", resp)
	}
}

func TestErrorsOfTheHost(t *testing.T) {
	rt := transport(t, func(_ context.Context, p params) (any, error) {
		if p.Method == "HEAD" {
			return nil, rpc.Errorf(rpc.Permission, "no credential for reg.test")
		}
		return rpc.Stream{Result: result{200, nil}, Write: func(w io.Writer) error {
			_, _ = w.Write([]byte("half"))
			return rpc.Errorf(rpc.Network, "connection reset")
		}}, nil
	})
	_, err := (&http.Client{Transport: rt}).Do(request(t, context.Background(), "HEAD", nil))
	if e, ok := errors.AsType[*rpc.Error](err); !ok || e.Code != rpc.Permission {
		t.Errorf("error is %v", err)
	}
	resp, err := (&http.Client{Transport: rt}).Do(request(t, context.Background(), "GET", nil))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	_, err = io.ReadAll(resp.Body)
	if e, ok := errors.AsType[*rpc.Error](err); !ok || e.Code != rpc.Network {
		t.Errorf("error in the body is %v", err)
	}
}

func TestCancelReachesTheHost(t *testing.T) {
	ended := make(chan struct{})
	rt := transport(t, func(ctx context.Context, _ params) (any, error) {
		<-ctx.Done()
		close(ended)
		return nil, ctx.Err()
	})
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	if _, err := rt.RoundTrip(request(t, ctx, "GET", nil)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error is %v", err)
	}
	select {
	case <-ended:
	case <-time.After(10 * time.Second):
		t.Error("the host goes on")
	}
}
