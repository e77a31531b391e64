package registry_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"cuelang.org/go/mod/module"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"cuelang.org/go/opm-cue/internal/registry"
	"cuelang.org/go/opm-cue/internal/rpc"
	"cuelang.org/go/opm-cue/internal/testregistry"
)

const evilModule = "module: \"lib.test/evil@v1\"\nlanguage: version: \"v0.17.0\"\nsource: kind: \"self\"\n"

var evil = module.MustNewVersion("lib.test/evil@v1", "v1.0.0")

// Nothing of what a registry should not serve reaches the cache, or the file system beside it.
func TestRefusedContent(t *testing.T) {
	image := func(config string, layers ...string) func(*testing.T, *testregistry.Server) {
		return func(t *testing.T, s *testregistry.Server) {
			s.PushImage(t, "lib.test/evil", "v1.0.0", config, layers...)
		}
	}
	archive := func(moduleFile string, files ...[2]string) func(*testing.T, *testregistry.Server) {
		return func(t *testing.T, s *testregistry.Server) {
			s.PushModule(t, "lib.test/evil", "v1.0.0", testregistry.Zip(t, files...), moduleFile)
		}
	}
	own := [2]string{"cue.mod/module.cue", evilModule}
	foreign := strings.Replace(evilModule, "evil@v1", "other@v1", 1)
	tests := map[string]struct {
		push func(*testing.T, *testregistry.Server)
		want []string
	}{
		"container image": {image("application/vnd.oci.image.config.v1+json", "layer"), []string{"is not a CUE module", "application/vnd.oci.image.config.v1+json"}},
		"one layer":       {image("application/vnd.cue.module.v1+json", "layer"), []string{"is not a CUE module", "has 1 layers"}},
		"index": {func(t *testing.T, s *testregistry.Server) {
			s.Push(t, "lib.test/evil", "v1.0.0", ocispec.Manifest{MediaType: ocispec.MediaTypeImageIndex})
		}, []string{"is not a CUE module", ocispec.MediaTypeImageIndex}},
		"foreign module":      {archive(foreign, [2]string{"cue.mod/module.cue", foreign}), []string{"lib.test/other@v1", "lib.test/evil@v1"}},
		"foreign archive":     {archive(evilModule, [2]string{"cue.mod/module.cue", foreign}), []string{"lib.test/other@v1", "lib.test/evil@v1"}},
		"foreign module file": {archive(foreign, own), []string{"module file in its archive is not the one beside it"}},
		"other major":         {archive(evilModule, [2]string{"cue.mod/module.cue", strings.Replace(evilModule, "@v1", "@v2", 1)}), []string{"lib.test/evil@v2"}},
		"path traversal":      {archive(evilModule, own, [2]string{"../../../../evil.cue", "package evil"}), []string{"not one of a module"}},
		"absolute path":       {archive(evilModule, own, [2]string{"/tmp/evil.cue", "package evil"}), []string{"not one of a module"}},
		"backslashes":         {archive(evilModule, own, [2]string{`..\evil.cue`, "package evil"}), []string{"not one of a module"}},
		"two of a name":       {archive(evilModule, own, [2]string{"a.cue", "a: 1"}, [2]string{"A.cue", "a: 2"}), []string{"not one of a module"}},
		"file and folder":     {archive(evilModule, own, [2]string{"a", "1"}, [2]string{"a/b.cue", "b: 2"}), []string{"not one of a module"}},
		"link":                {archive(evilModule, own, [2]string{"a.cue@", "/etc/passwd"}), []string{"a.cue is a link or a special file"}},
		"no module file":      {archive(evilModule, [2]string{"a.cue", "a: 1"}), []string{"not one of a module"}},
		"not a zip": {func(t *testing.T, s *testregistry.Server) {
			s.PushModule(t, "lib.test/evil", "v1.0.0", []byte("GIF89a"), evilModule)
		}, []string{"not one of a module"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			server, cache, r := setup(t)
			test.push(t, server)
			_, err := r.Ensure(context.Background(), evil, registry.EnsureOptions{Repair: true})
			wantError(t, err, rpc.Invalid, append(test.want, server.Host+"/lib.test/evil:v1.0.0")...)
			if found := files(t, cache); len(found) > 0 {
				t.Errorf("the cache has %q, want nothing", found)
			}
			if entries, err := os.ReadDir(filepath.Dir(cache)); err != nil || len(entries) != 1 {
				t.Errorf("beside the cache is %v, %v", entries, err)
			}
		})
	}
}

// What shows only when it is unpacked is not kept either.
func TestArchiveThatCannotBeUnpacked(t *testing.T) {
	server, cache, r := setup(t)
	archive := testregistry.Zip(t, [2]string{"cue.mod/module.cue", evilModule}, [2]string{"a.cue", strings.Repeat("// far more than it says\n", 1000)})
	// the size that the directory of the archive tells of the file
	entry := bytes.LastIndex(archive, []byte("PK\x01\x02"))
	binary.LittleEndian.PutUint32(archive[entry+24:], 10)
	server.PushModule(t, "lib.test/evil", "v1.0.0", archive, evilModule)
	_, err := r.Ensure(context.Background(), evil, registry.EnsureOptions{})
	wantError(t, err, rpc.Invalid, "cannot be unpacked", server.Host+"/lib.test/evil:v1.0.0")
	for _, name := range files(t, cache) {
		if strings.HasSuffix(name, ".zip") || strings.Contains(name, "extract") {
			t.Errorf("the cache has %q", name)
		}
	}
}

func TestForeignModuleFileIsNotCached(t *testing.T) {
	server, cache, r := setup(t)
	foreign := strings.Replace(evilModule, "evil@v1", "other@v1", 1)
	server.PushModule(t, "lib.test/evil", "v1.0.0", testregistry.Zip(t, [2]string{"cue.mod/module.cue", foreign}), foreign)
	_, _, err := r.ModFile(context.Background(), evil)
	wantError(t, err, rpc.Invalid, "lib.test/other@v1", "lib.test/evil@v1", server.Host)
	if found := files(t, cache); len(found) > 0 {
		t.Errorf("the cache has %q, want nothing", found)
	}
}

// tamper changes answers to blob requests with an archive in them.
func tamper(server *testregistry.Server, times int, change func(w http.ResponseWriter, body []byte)) *atomic.Int32 {
	var count atomic.Int32
	handler := func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.Contains(r.URL.Path, "/blobs/") || int(count.Add(1)) > times {
			return false
		}
		answer := httptest.NewRecorder()
		server.Serve(answer, r)
		change(w, answer.Body.Bytes())
		return true
	}
	server.Intercept(handler)
	return &count
}

func flip(w http.ResponseWriter, body []byte) {
	body[len(body)/2] ^= 1
	_, _ = w.Write(body)
}

// breakOff closes the connection in the middle.
func breakOff(w http.ResponseWriter, body []byte) {
	w.Header().Set("Content-Length", "1000000")
	_, _ = w.Write(body[:len(body)/2])
	_ = http.NewResponseController(w).Flush()
	panic(http.ErrAbortHandler)
}

func shorten(w http.ResponseWriter, body []byte) { _, _ = w.Write(body[:len(body)/2]) }

func TestBrokenDownloads(t *testing.T) {
	tests := map[string]struct {
		times    int
		change   func(http.ResponseWriter, []byte)
		code     rpc.Code
		message  string
		attempts int32
	}{
		"flipped once":        {1, flip, "", "", 2},
		"flipped always":      {100, flip, rpc.Invalid, "content does not match its digest", 2},
		"broken off twice":    {2, breakOff, "", "", 3},
		"broken off always":   {100, breakOff, rpc.Network, "unexpected EOF", 4},
		"too short always":    {100, shorten, rpc.Network, "broke off after", 4},
		"longer than it says": {100, func(w http.ResponseWriter, b []byte) { _, _ = w.Write(append(b, 'x')) }, rpc.Invalid, "does not match its digest", 2},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			server, cache, r := setup(t)
			count := tamper(server, test.times, test.change)
			_, err := r.Ensure(context.Background(), base, registry.EnsureOptions{})
			if test.code == "" {
				if err != nil {
					t.Fatal(err)
				}
			} else {
				wantError(t, err, test.code, test.message, "lib.test/base@v1.1.0", server.Host)
				if found := files(t, cache); len(found) > 0 {
					t.Errorf("the cache has %q, want nothing", found)
				}
			}
			if n := count.Load(); n != test.attempts {
				t.Errorf("%d attempts, want %d", n, test.attempts)
			}
		})
	}
}

func TestFlippedManifest(t *testing.T) {
	server, cache, r := setup(t)
	server.Intercept(func(w http.ResponseWriter, req *http.Request) bool {
		if !strings.Contains(req.URL.Path, "/manifests/") {
			return false
		}
		answer := httptest.NewRecorder()
		server.Serve(answer, req)
		w.Header().Set("Docker-Content-Digest", answer.Header().Get("Docker-Content-Digest"))
		flip(w, answer.Body.Bytes())
		return true
	})
	_, _, err := r.ModFile(context.Background(), base)
	wantError(t, err, rpc.Invalid, "manifest does not match its digest")
	if found := files(t, cache); len(found) > 0 {
		t.Errorf("the cache has %q, want nothing", found)
	}
}
