package registry_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cuelang.org/go/mod/modcache"
	"cuelang.org/go/mod/module"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"cuelang.org/go/opm-cue/internal/registry"
	"cuelang.org/go/opm-cue/internal/rpc"
	"cuelang.org/go/opm-cue/internal/testregistry"
)

// fixtures are modules that require each other: left needs base v1.0.0, right base v1.1.0.
const fixtures = `
-- lib.test_base_v1.0.0/cue.mod/module.cue --
module: "lib.test/base@v1"
language: version: "v0.17.0"
source: kind: "self"
-- lib.test_base_v1.0.0/base.cue --
package base
x: 1
-- lib.test_base_v1.1.0/cue.mod/module.cue --
module: "lib.test/base@v1"
description: "with y"
language: version: "v0.17.0"
source: kind: "self"
-- lib.test_base_v1.1.0/base.cue --
package base
x: 1
y: 2
-- lib.test_base_v1.1.0/sub/sub.cue --
package sub
-- lib.test_left_v0.1.0/cue.mod/module.cue --
module: "lib.test/left@v0"
language: version: "v0.17.0"
source: kind: "self"
deps: "lib.test/base@v1": v: "v1.0.0"
-- lib.test_left_v0.1.0/left.cue --
package left
-- lib.test_right_v0.1.0/cue.mod/module.cue --
module: "lib.test/right@v0"
language: version: "v0.17.0"
source: kind: "self"
deps: "lib.test/base@v1": v: "v1.1.0"
-- lib.test_right_v0.1.0/right.cue --
package right
`

var base = module.MustNewVersion("lib.test/base@v1", "v1.1.0")

func newCache(t *testing.T) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = modcache.RemoveAll(filepath.Join(dir, "mod")) })
	return dir
}

func open(t *testing.T, routing, cache string, offline bool) *registry.Registry {
	t.Helper()
	r, err := registry.New(registry.Options{Registry: routing, Cache: cache, Offline: offline, Transport: http.DefaultTransport})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// setup has a server with the fixtures, a cold cache and a registry on both.
func setup(t *testing.T) (*testregistry.Server, string, *registry.Registry) {
	t.Helper()
	server, cache := testregistry.New(t, fixtures), newCache(t)
	return server, cache, open(t, server.Host, cache, false)
}

func ensure(t *testing.T, r *registry.Registry, mv module.Version, want registry.State) {
	t.Helper()
	state, err := r.Ensure(context.Background(), mv, registry.EnsureOptions{Repair: true})
	if err != nil || state != want {
		t.Fatalf("Ensure(%v) = %q, %v; want %q", mv, state, err, want)
	}
}

// wantError checks the code and parts of the message.
func wantError(t *testing.T, err error, code rpc.Code, parts ...string) {
	t.Helper()
	e, ok := errors.AsType[*rpc.Error](err)
	if !ok || e.Code != code {
		t.Fatalf("error is %v, want one of code %q", err, code)
	}
	for _, part := range parts {
		if !strings.Contains(e.Message, part) {
			t.Errorf("message is %q, want %q in it", e.Message, part)
		}
	}
}

// files returns all files below a folder that are no locks.
func files(t *testing.T, root string) []string {
	t.Helper()
	var found []string
	err := filepath.WalkDir(root, func(path string, entry os.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && filepath.Ext(path) != ".lock" {
			found = append(found, strings.TrimPrefix(path, root))
		}
		return err
	})
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return found
}

func overwrite(t *testing.T, path, content string) {
	t.Helper()
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

// copyModule puts a module of the fixtures under another name.
func copyModule(t *testing.T, server *testregistry.Server, fromRepository, fromTag, toRepository, toTag string) {
	t.Helper()
	ctx := context.Background()
	reader, err := server.Content.GetTag(ctx, fromRepository, fromTag)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	var manifest ocispec.Manifest
	if err := json.NewDecoder(reader).Decode(&manifest); err != nil {
		t.Fatal(err)
	}
	for _, blob := range append(manifest.Layers, manifest.Config) {
		if _, err := server.Content.MountBlob(ctx, fromRepository, toRepository, blob.Digest); err != nil {
			t.Fatal(err)
		}
	}
	server.Push(t, toRepository, toTag, manifest)
}
