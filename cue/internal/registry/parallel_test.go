package registry_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"cuelang.org/go/mod/module"

	"cuelang.org/go/opm-cue/internal/registry"
	"cuelang.org/go/opm-cue/internal/testregistry"
)

// childVariable makes the test's executable a process that does nothing but bring modules: routing, then cache.
const childVariable = "OPM_CUE_TEST_CHILD"

func TestMain(m *testing.M) {
	routing, cache, ok := strings.Cut(os.Getenv(childVariable), " ")
	if !ok {
		os.Exit(m.Run())
	}
	r, err := registry.New(registry.Options{Registry: routing, Cache: cache, Transport: http.DefaultTransport})
	if err == nil {
		err = bringAll(r)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

var all = []module.Version{
	base, module.MustNewVersion("lib.test/base@v1", "v1.0.0"),
	module.MustNewVersion("lib.test/left@v0", "v0.1.0"), module.MustNewVersion("lib.test/right@v0", "v0.1.0"),
}

func bringAll(r *registry.Registry) error {
	bound := r.Bind(context.Background())
	for _, mv := range all {
		if _, err := bound.ModFile(context.Background(), mv); err != nil {
			return err
		}
		if _, err := r.Ensure(context.Background(), mv, registry.EnsureOptions{Repair: true}); err != nil {
			return err
		}
	}
	return nil
}

// wantOneOfEach checks that every module file and archive was fetched once.
func wantOneOfEach(t *testing.T, server *testregistry.Server) {
	t.Helper()
	counts := map[string]int{}
	for _, request := range server.Requests("GET", "/blobs/") {
		counts[request]++
	}
	if len(counts) != 2*len(all) {
		t.Errorf("%d blobs were fetched, want %d", len(counts), 2*len(all))
	}
	for request, n := range counts {
		if n != 1 {
			t.Errorf("%d times %s", n, request)
		}
	}
}

func TestEightGoroutinesOnOneColdCache(t *testing.T) {
	server, cache, _ := setup(t)
	server.SetLatency(5 * time.Millisecond)
	var running sync.WaitGroup
	for range 8 {
		running.Go(func() {
			if err := bringAll(open(t, server.Host, cache, false)); err != nil {
				t.Error(err)
			}
		})
	}
	running.Wait()
	wantOneOfEach(t, server)
}

func TestEightProcessesOnOneColdCache(t *testing.T) {
	server, cache, _ := setup(t)
	server.SetLatency(5 * time.Millisecond)
	executable, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	var running sync.WaitGroup
	for range 8 {
		running.Go(func() {
			command := exec.CommandContext(ctx, executable)
			command.Env = []string{childVariable + "=" + server.Host + " " + cache}
			if output, err := command.CombinedOutput(); err != nil {
				t.Errorf("%v: %s", err, output)
			}
		})
	}
	running.Wait()
	wantOneOfEach(t, server)
	leftovers, err := filepath.Glob(filepath.Join(cache, "mod/*/lib.test/*/*/*.tmp*"))
	if err != nil || len(leftovers) > 0 {
		t.Errorf("left behind: %q, %v", leftovers, err)
	}
}

func TestCancelledDownload(t *testing.T) {
	server, cache, r := setup(t)
	ctx, cancel := context.WithCancel(context.Background())
	server.Intercept(func(w http.ResponseWriter, req *http.Request) bool {
		if !strings.Contains(req.URL.Path, "/blobs/") {
			return false
		}
		w.Header().Set("Content-Length", "100000000")
		_, _ = w.Write([]byte("PK"))
		_ = http.NewResponseController(w).Flush()
		cancel()
		<-req.Context().Done()
		return true
	})
	start := time.Now()
	if _, err := r.Ensure(ctx, base, registry.EnsureOptions{}); err == nil {
		t.Error("no error")
	}
	if d := time.Since(start); d > 5*time.Second {
		t.Errorf("it took %v to stop", d)
	}
	if found := files(t, cache); len(found) > 0 {
		t.Errorf("the cache has %q, want nothing", found)
	}
}

// Waiting for another process's lock ends with the call.
func TestCancelledWait(t *testing.T) {
	_, _, r := setup(t)
	unlock, err := r.Store().Lock(context.Background(), base)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	if _, err := r.Ensure(ctx, base, registry.EnsureOptions{}); err == nil {
		t.Error("no error")
	}
	unlock()
	ensure(t, r, base, registry.Fetched)
}

// A call looks at each module once, however many ask at the same time; what is in the cache after that is not asked for again.
func TestOneCallAsksOnce(t *testing.T) {
	server, cache, r := setup(t)
	server.SetLatency(5 * time.Millisecond)
	bound := r.Bind(context.Background())
	var running sync.WaitGroup
	for range 32 {
		for _, mv := range all {
			running.Go(func() {
				if _, err := bound.ModFile(context.Background(), mv); err != nil {
					t.Error(err)
				}
				if _, err := bound.Fetch(context.Background(), mv); err != nil {
					t.Error(err)
				}
			})
		}
	}
	running.Wait()
	wantOneOfEach(t, server)
	if n := len(server.Requests("/manifests/")); n > 2*len(all) {
		t.Errorf("%d manifests were fetched, want at most %d", n, 2*len(all))
	}
	server.Forget()
	if err := bringAll(open(t, server.Host, cache, false)); err != nil || len(server.Requests()) > 0 {
		t.Errorf("error %v, requests %v", err, server.Requests())
	}
}

func TestPrefetchIsParallelAndOnlyOfWhatIsMissing(t *testing.T) {
	server, _, r := setup(t)
	ensure(t, r, base, registry.Fetched)
	server.Forget()
	var running sync.WaitGroup
	running.Add(3)
	server.Intercept(func(w http.ResponseWriter, req *http.Request) bool {
		if strings.Contains(req.URL.Path, "/manifests/") {
			running.Done()
			running.Wait()
		}
		return false
	})
	bound := r.Bind(context.Background())
	bound.Prefetch(append([]module.Version{module.MustNewVersion("local", "")}, all...))
	if n := len(server.Requests("/blobs/")); n != 3 {
		t.Errorf("%d archives were fetched, want 3", n)
	}
	for _, mv := range all {
		if _, err := bound.FetchFromCache(mv); err != nil {
			t.Error(err)
		}
	}
}
