// Package host is what the helper asks opm for.
package host

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"cuelang.org/go/opm-cue/internal/rpc"
)

// Transport sends HTTP requests through opm, which owns credentials, retries, proxies, certificates and time-outs.
type Transport struct {
	Conn *rpc.Conn
}

type requestParams struct {
	Method  string      `json:"method"`
	URL     string      `json:"url"`
	Headers http.Header `json:"headers"`
	Body    bool        `json:"body,omitempty"`
}

type responseResult struct {
	Status  int         `json:"status"`
	Headers http.Header `json:"headers"`
}

// RoundTrip implements [http.RoundTripper]. Errors of opm are of type [*rpc.Error].
func (t *Transport) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Body != nil {
		defer req.Body.Close()
	}
	params := requestParams{Method: req.Method, URL: req.URL.String(), Headers: req.Header}
	if params.Headers == nil {
		params.Headers = http.Header{}
	}
	hasBody := req.Body != nil && req.Body != http.NoBody
	params.Body = hasBody
	var reply *rpc.Reply
	var err error
	if hasBody {
		reply, err = t.Conn.Request(req.Context(), "http", params, req.Body)
	} else {
		reply, err = t.Conn.Request(req.Context(), "http", params, nil)
	}
	if err != nil {
		return nil, err
	}
	var result responseResult
	if err := json.Unmarshal(reply.Result, &result); err != nil {
		reply.Body.Close()
		return nil, fmt.Errorf("answer of opm to an HTTP request: %w", err)
	}
	return response(req, result, reply), nil
}

func response(req *http.Request, result responseResult, reply *rpc.Reply) *http.Response {
	headers := http.Header{}
	for name, values := range result.Headers {
		for _, value := range values {
			headers.Add(name, value)
		}
	}
	return &http.Response{
		Status:     fmt.Sprintf("%d %s", result.Status, http.StatusText(result.Status)),
		StatusCode: result.Status,
		Proto:      "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header:        headers,
		Body:          reply.Body,
		ContentLength: contentLength(headers),
		Request:       req,
	}
}

// Cached tells opm of a module version that came from the cache. It is for those who look on: no failure matters.
func (t *Transport) Cached(ctx context.Context, path, version string) {
	if reply, err := t.Conn.Request(ctx, "cached", map[string]string{"path": path, "version": version}, nil); err == nil {
		reply.Body.Close()
	}
}
