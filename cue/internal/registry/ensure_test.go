package registry_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cuelang.org/go/mod/modcache"
	"cuelang.org/go/mod/modconfig"
	"cuelang.org/go/mod/module"

	"cuelang.org/go/opm-cue/internal/registry"
	"cuelang.org/go/opm-cue/internal/rpc"
)

func TestEnsureBringsAModuleOnce(t *testing.T) {
	server, cache, r := setup(t)
	ensure(t, r, base, registry.Fetched)
	ensure(t, r, base, registry.Cached)
	if n := len(server.Requests("GET", "/blobs/")); n != 1 {
		t.Errorf("%d blobs were fetched, want the archive only", n)
	}
	content, err := os.ReadFile(filepath.Join(cache, "mod/extract/lib.test/base@v1.1.0/base.cue"))
	if err != nil || string(content) != "package base\nx: 1\ny: 2\n" {
		t.Errorf("base.cue is %q, %v", content, err)
	}
}

// The cache is the one that cue would have made, and cue needs nothing more.
func TestCacheIsThatOfCUE(t *testing.T) {
	server, cache, r := setup(t)
	ours := r.Bind(context.Background())
	theirCache := newCache(t)
	theirs, err := modconfig.NewRegistry(&modconfig.Config{CUERegistry: server.Host, Env: []string{"CUE_CACHE_DIR=" + theirCache, "CUE_CONFIG_DIR=" + theirCache}})
	if err != nil {
		t.Fatal(err)
	}
	for _, reg := range []modconfig.Registry{ours, theirs} {
		if _, err := reg.ModFile(context.Background(), base); err != nil {
			t.Fatal(err)
		}
		if _, err := reg.Fetch(context.Background(), base); err != nil {
			t.Fatal(err)
		}
	}
	got, want := describe(t, filepath.Join(cache, "mod")), describe(t, filepath.Join(theirCache, "mod"))
	if got != want {
		t.Errorf("cache is\n%s\nwant as cue has it\n%s", got, want)
	}
	server.Forget()
	theirs, err = modconfig.NewRegistry(&modconfig.Config{CUERegistry: server.Host, Env: []string{"CUE_CACHE_DIR=" + cache, "CUE_CONFIG_DIR=" + cache}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := theirs.Fetch(context.Background(), base); err != nil || len(server.Requests()) > 0 {
		t.Errorf("cue has asked %v, error %v", server.Requests(), err)
	}
	ensure(t, open(t, server.Host, theirCache, true), base, registry.Cached)
}

// describe lists names, modes and contents.
func describe(t *testing.T, root string) string {
	t.Helper()
	var b strings.Builder
	err := filepath.WalkDir(root, func(path string, entry os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		b.WriteString(strings.TrimPrefix(path, root) + " " + info.Mode().String())
		if !entry.IsDir() {
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			b.WriteString(" " + string(data))
		}
		b.WriteString("\n")
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestOffline(t *testing.T) {
	server, cache, r := setup(t)
	offline := open(t, server.Host, cache, true)
	_, err := offline.Ensure(context.Background(), base, registry.EnsureOptions{})
	wantError(t, err, rpc.NotFound, "lib.test/base@v1.1.0", "offline")
	_, _, err = offline.ModFile(context.Background(), base)
	wantError(t, err, rpc.NotFound, "lib.test/base@v1.1.0", "offline")
	_, err = offline.Bind(context.Background()).ModuleVersions(context.Background(), "lib.test/base@v1")
	wantError(t, err, rpc.NotFound, "offline")
	if n := len(server.Requests()); n > 0 {
		t.Errorf("%d requests, want none", n)
	}
	ensure(t, r, base, registry.Fetched)
	ensure(t, offline, base, registry.Cached)
	_, err = offline.Ensure(context.Background(), base, registry.EnsureOptions{Force: true})
	wantError(t, err, rpc.NotFound, "offline")
}

// A crash of cue or opm while it unpacks leaves a .partial file.
func TestPartialIsUnpackedAnew(t *testing.T) {
	server, cache, r := setup(t)
	ensure(t, r, base, registry.Fetched)
	extract := filepath.Join(cache, "mod/extract/lib.test/base@v1.1.0")
	if err := modcache.RemoveAll(filepath.Join(extract, "sub")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(cache, "mod/download/lib.test/base/@v/v1.1.0.partial"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	server.Forget()
	ensure(t, r, base, registry.Cached)
	if _, err := os.Stat(filepath.Join(extract, "sub/sub.cue")); err != nil || len(server.Requests()) > 0 {
		t.Errorf("sub.cue: %v; requests: %v", err, server.Requests())
	}
}

func TestForceKeepsTheOldCopyWhenTheNetworkFails(t *testing.T) {
	server, cache, r := setup(t)
	ensure(t, r, base, registry.Fetched)
	before := describe(t, filepath.Join(cache, "mod"))
	dead := open(t, "127.0.0.1:1", cache, false)
	_, err := dead.Ensure(context.Background(), base, registry.EnsureOptions{Force: true})
	wantError(t, err, rpc.Network, "lib.test/base@v1.1.0", "127.0.0.1:1", "connection refused")
	if after := describe(t, filepath.Join(cache, "mod")); after != before {
		t.Errorf("cache is\n%s\nwant\n%s", after, before)
	}
	server.Forget()
	state, err := r.Ensure(context.Background(), base, registry.EnsureOptions{Force: true})
	if err != nil || state != registry.Fetched || len(server.Requests("/blobs/")) != 1 {
		t.Errorf("forced: %q, %v, requests %v", state, err, server.Requests())
	}
	if after := describe(t, filepath.Join(cache, "mod")); after != before {
		t.Errorf("cache is\n%s\nwant\n%s", after, before)
	}
}

func TestNoSuchModule(t *testing.T) {
	server, _, r := setup(t)
	for _, name := range []string{"lib.test/base@v1.9.0", "lib.test/none@v1.0.0"} {
		mv := module.MustParseVersion(name)
		_, err := r.Ensure(context.Background(), mv, registry.EnsureOptions{})
		wantError(t, err, rpc.NotFound, name, "not found, or not visible to this user", server.Host+"/"+mv.BasePath()+":"+mv.Version())
		_, _, err = r.ModFile(context.Background(), mv)
		wantError(t, err, rpc.NotFound, name)
	}
	none := open(t, "lib.test=none,"+server.Host, newCache(t), false)
	_, _, err := none.ModFile(context.Background(), base)
	wantError(t, err, rpc.NotFound, "no registry is configured")
}
