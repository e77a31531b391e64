package modules_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"cuelang.org/go/opm-cue/internal/rpc"
)

const (
	base = "lib.test/base@v1 v1.0.0"
	left = "lib.test/left@v0 v0.1.0-rc.1"
)

func TestStart(t *testing.T) {
	o := start(t)
	var result struct {
		Protocol          int
		Cue, Language, Go string
	}
	o.ok("start", map[string]any{"protocol": rpc.Protocol}, &result)
	if result.Protocol != rpc.Protocol || result.Language != "v0.17.1" || !strings.HasPrefix(result.Go, "go1.") || result.Cue == "" {
		t.Errorf("start says %+v", result)
	}
	o.fails("start", map[string]any{"protocol": rpc.Protocol - 1}, rpc.Invalid, "different releases")
	o.fails("start", map[string]any{"protocol": rpc.Protocol, "more": 1}, rpc.Invalid, "more")
}

func TestConfigure(t *testing.T) {
	o := start(t)
	o.fails("configure", map[string]any{"registry": "", "cache": o.cache}, rpc.Invalid, "needs a registry")
	o.fails("configure", map[string]any{"registry": "reg.test", "cache": "relative"}, rpc.Invalid, "absolute")
	o.fails("configure", map[string]any{"registry": "https://reg.test", "cache": o.cache}, rpc.Invalid, "bad value for the registry")
	// What follows settings that are refused is refused, too.
	o.fails("versions", mv{"path": "lib.test/base@v1"}, rpc.Invalid, "configure comes first")
	o.configure("reg.test", false)
	o.ok("resolve", list("lib.test/base@v1 v1.0.0"), nil)
}

func TestResolve(t *testing.T) {
	o := start(t)
	o.configure("reg.test/pre,none.test=none,lib.test=localhost:5000/a+insecure", false)
	var result struct {
		Locations []map[string]any
	}
	o.ok("resolve", map[string]any{"modules": []mv{{"path": "lib.test/base@v1", "version": "v1.0.0"}, {"path": "other.test/x"}}}, &result)
	want := []map[string]any{
		{"path": "lib.test/base@v1", "version": "v1.0.0", "host": "localhost:5000", "insecure": true, "repository": "a/lib.test/base", "tag": "v1.0.0"},
		{"path": "other.test/x", "host": "reg.test", "insecure": false, "repository": "pre/other.test/x"},
	}
	if len(result.Locations) != len(want) {
		t.Fatalf("locations are %v", result.Locations)
	}
	for i, location := range result.Locations {
		if len(location) != len(want[i]) {
			t.Errorf("location is %v, want %v", location, want[i])
		}
		for name, value := range want[i] {
			if location[name] != value {
				t.Errorf("%s of %v is %v, want %v", name, location["path"], location[name], value)
			}
		}
	}
	o.fails("resolve", list("none.test/x@v0 v0.1.0"), rpc.NotFound, "no registry is configured")
	o.fails("resolve", list("Upper.test/x@v0 v0.1.0"), rpc.Invalid, "U")
	o.fails("resolve", list("lib.test/base@v1 v2.0.0"), rpc.Invalid, "v2.0.0")
	o.fails("resolve", list("../../etc v1.0.0"), rpc.Invalid, "..")
}

func TestVersions(t *testing.T) {
	o := start(t)
	var result struct{ Versions []string }
	o.ok("versions", mv{"path": "lib.test/left"}, &result)
	if !slices.Equal(result.Versions, []string{"v0.1.0-rc.1"}) {
		t.Errorf("versions are %q", result.Versions)
	}
	o.ok("versions", mv{"path": "lib.test/left@v7"}, &result)
	if result.Versions == nil || len(result.Versions) != 0 {
		t.Errorf("versions are %q, want an empty list", result.Versions)
	}
	o.fails("versions", mv{"path": "lib.test/none"}, rpc.NotFound, "not found, or not visible to this user")
	o.fails("versions", mv{"path": "no dots"}, rpc.Invalid, "no dots")
	o.configure("127.0.0.1:1", false)
	o.fails("versions", mv{"path": "lib.test/left"}, rpc.Network, "connection refused")
}

type moduleResult struct {
	Path, Version, Folder, State string
	Bytes                        int64
	Problems                     []string
}

func states(modules []moduleResult) string {
	var words []string
	for _, m := range modules {
		words = append(words, m.Path+" "+m.State)
	}
	return strings.Join(words, ", ")
}

func TestDownloadVerifyRemove(t *testing.T) {
	o := start(t)
	var result struct{ Modules []moduleResult }
	a := o.ok("download", list(base, left), &result)
	if got := states(result.Modules); got != "lib.test/base@v1 fetched, lib.test/left@v0 fetched" {
		t.Errorf("downloaded %s", got)
	}
	if len(a.events) != 2 || a.events[0]["received"] != a.events[0]["total"] {
		t.Errorf("events are %v", a.events)
	}
	if _, err := os.Stat(filepath.Join(result.Modules[1].Folder, "deep/er/left.cue")); err != nil || result.Modules[1].Bytes == 0 {
		t.Errorf("%+v: %v", result.Modules[1], err)
	}
	o.ok("download", list(base, left), &result)
	if got := states(result.Modules); got != "lib.test/base@v1 cached, lib.test/left@v0 cached" {
		t.Errorf("downloaded again %s", got)
	}
	o.ok("verify", map[string]any{}, &result)
	if got := states(result.Modules); got != "lib.test/base@v1 cached, lib.test/left@v0 cached" || result.Modules[0].Problems == nil {
		t.Errorf("verified %s", got)
	}
	edit(t, filepath.Join(o.cache, "mod/extract/lib.test/base@v1.0.0/base.cue"))
	edit(t, filepath.Join(o.cache, "mod/download/lib.test/left/@v/v0.1.0-rc.1.zip"))
	o.ok("verify", list(base, left, "lib.test/none@v0 v0.1.0"), &result)
	if got := states(result.Modules); got != "lib.test/base@v1 damaged, lib.test/left@v0 damaged, lib.test/none@v0 missing" {
		t.Errorf("verified %s", got)
	}
	if problems := result.Modules[0].Problems; len(problems) != 1 || !strings.Contains(problems[0], "base.cue was changed") {
		t.Errorf("problems are %q", problems)
	}
	var removed struct{ Bytes int64 }
	o.ok("remove", list(base, "lib.test/none@v0 v0.1.0"), &removed)
	if removed.Bytes != result.Modules[0].Bytes || removed.Bytes == 0 {
		t.Errorf("removed %d bytes, want %d", removed.Bytes, result.Modules[0].Bytes)
	}
	o.ok("verify", map[string]any{}, &result)
	if got := states(result.Modules); got != "lib.test/left@v0 damaged" {
		t.Errorf("after removing there is %s", got)
	}
	o.ok("download", map[string]any{"modules": list(base, left)["modules"], "force": true}, &result)
	if got := states(result.Modules); got != "lib.test/base@v1 fetched, lib.test/left@v0 fetched" {
		t.Errorf("forced %s", got)
	}
	o.ok("verify", map[string]any{}, &result)
	if got := states(result.Modules); got != "lib.test/base@v1 cached, lib.test/left@v0 cached" {
		t.Errorf("in the end there is %s", got)
	}
}

func edit(t *testing.T, path string) {
	t.Helper()
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("edited"), 0o644); err != nil {
		t.Fatal(err)
	}
}

// A cache with other things in it, and names that lead out of it.
func TestStrangeCaches(t *testing.T) {
	o := start(t)
	var result struct{ Modules []moduleResult }
	o.ok("verify", map[string]any{}, &result)
	if result.Modules == nil || len(result.Modules) != 0 {
		t.Errorf("an empty cache has %v", result.Modules)
	}
	for _, name := range []string{"download/lib.test/base/@v/junk.zip", "download/lib.test/base/@v/v1.mod", "download/x.lock", "extract/lib.test/base@v1.0.0.tmp-5/a.cue", "extract/a/b.cue", "download/UPPER/@v/v1.0.0.mod"} {
		path := filepath.Join(o.cache, "mod", name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	o.ok("verify", map[string]any{}, &result)
	if len(result.Modules) != 0 {
		t.Errorf("a cache of junk has %v", result.Modules)
	}
	for _, name := range []string{"../../../etc@v1 v1.0.0", "lib.test/../../x@v1 v1.0.0", "/etc@v1 v1.0.0", "lib.test/base@v1 ../../x", "lib.test/base@v1 v1", "lib.test/base@v1 ", "lib.test/base v1.0.0/../.."} {
		for _, method := range []string{"download", "verify", "remove"} {
			o.fails(method, list(name), rpc.Invalid, "")
		}
	}
}

func TestRemoveStaysInTheCache(t *testing.T) {
	o := start(t)
	outside := filepath.Join(t.TempDir(), "precious")
	inside := filepath.Join(outside, "base@v1.0.0")
	if err := os.MkdirAll(inside, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(o.cache, "mod/extract"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, filepath.Join(o.cache, "mod/extract/lib.test")); err != nil {
		t.Fatal(err)
	}
	o.fails("remove", list(base), rpc.Invalid, "way out of the module cache")
	if _, err := os.Stat(inside); err != nil {
		t.Error(err)
	}
}

func TestUnusableCache(t *testing.T) {
	o := start(t)
	file := filepath.Join(o.cache, "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	o.cache = file
	o.configure(o.server.Host, false)
	for _, method := range []string{"download", "verify", "remove"} {
		o.fails(method, list(base), rpc.Permission, "CUE_CACHE_DIR")
	}
}
