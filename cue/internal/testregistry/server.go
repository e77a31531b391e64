// Package testregistry is a registry of CUE modules for tests, which counts requests and can be slow or broken.
package testregistry

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"cuelabs.dev/go/oci/ociregistry"
	"cuelabs.dev/go/oci/ociregistry/ocimem"
	"cuelabs.dev/go/oci/ociregistry/ociserver"
	"cuelang.org/go/mod/modregistrytest"
	"golang.org/x/tools/txtar"
)

// Server is a registry on a free port of the loopback interface, until the test ends.
type Server struct {
	// Host has host and port. HTTP is not secure.
	Host string
	// Content is what the server serves.
	Content ociregistry.Interface

	handler http.Handler

	mu        sync.Mutex
	latency   time.Duration
	intercept func(w http.ResponseWriter, r *http.Request) bool
	requests  []string
	running   int
	busiest   int
}

// New serves the modules of a txtar archive: `lib.test_base_v1.0.0/cue.mod/module.cue` is a file of v1.0.0 of lib.test/base.
func New(t testing.TB, archive string) *Server {
	t.Helper()
	s := &Server{Content: ocimem.New()}
	s.Add(t, archive)
	s.handler = ociserver.New(s.Content, nil)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.requests = append(s.requests, r.Method+" "+r.URL.Path)
		latency, intercept := s.latency, s.intercept
		s.running++
		s.busiest = max(s.busiest, s.running)
		s.mu.Unlock()
		defer s.answered()
		time.Sleep(latency)
		if intercept == nil || !intercept(w, r) {
			s.handler.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(server.Close)
	s.Host = strings.TrimPrefix(server.URL, "http://")
	return s
}

// Add adds modules.
func (s *Server) Add(t testing.TB, archive string) {
	t.Helper()
	files, err := txtar.FS(txtar.Parse([]byte(archive)))
	if err != nil {
		t.Fatal(err)
	}
	if err := modregistrytest.Upload(context.Background(), s.Content, files); err != nil {
		t.Fatal(err)
	}
}

func (s *Server) answered() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.running--
}

// Busiest returns the most requests that were being answered at once.
func (s *Server) Busiest() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.busiest
}

// SetLatency makes every answer wait.
func (s *Server) SetLatency(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.latency = d
}

// Intercept asks f about every request first; f says whether it has answered it.
func (s *Server) Intercept(f func(w http.ResponseWriter, r *http.Request) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.intercept = f
}

// Serve answers a request as the server would without [Server.Intercept].
func (s *Server) Serve(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// Requests returns the requests so far whose method and path contain all parts, and forgets none.
func (s *Server) Requests(parts ...string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []string
	for _, request := range s.requests {
		all := true
		for _, part := range parts {
			all = all && strings.Contains(request, part)
		}
		if all {
			found = append(found, request)
		}
	}
	return found
}

// Forget forgets the requests so far.
func (s *Server) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = nil
}
