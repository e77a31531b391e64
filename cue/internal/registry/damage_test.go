package registry_test

import (
	"archive/zip"
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cuelang.org/go/mod/modcache"

	"cuelang.org/go/opm-cue/internal/registry"
	"cuelang.org/go/opm-cue/internal/rpc"
)

const (
	zipFile = "mod/download/lib.test/base/@v/v1.1.0.zip"
	modFile = "mod/download/lib.test/base/@v/v1.1.0.mod"
	extract = "mod/extract/lib.test/base@v1.1.0"
)

// truncate cuts a file in half.
func truncate(t *testing.T, path string) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	overwrite(t, path, string(data[:len(data)/2]))
}

func TestDamagedModuleFile(t *testing.T) {
	tests := map[string]func(t *testing.T, path string){
		"garbage":   func(t *testing.T, path string) { overwrite(t, path, "}{ \x00") },
		"empty":     func(t *testing.T, path string) { overwrite(t, path, "") },
		"truncated": truncate,
		"of another module": func(t *testing.T, path string) {
			overwrite(t, path, "module: \"lib.test/evil@v1\"\nlanguage: version: \"v0.17.0\"\n")
		},
		"edited": func(t *testing.T, path string) {
			overwrite(t, path, "module: \"lib.test/base@v1\"\nlanguage: version: \"v0.17.0\"\n")
		},
	}
	for name, damage := range tests {
		t.Run(name, func(t *testing.T) {
			server, cache, r := setup(t)
			path := filepath.Join(cache, modFile)
			if _, _, err := r.ModFile(context.Background(), base); err != nil {
				t.Fatal(err)
			}
			damage(t, path)
			_, _, err := open(t, server.Host, cache, true).ModFile(context.Background(), base)
			wantError(t, err, rpc.Invalid, "lib.test/base@v1.1.0", "opm mod get --force")
			file, repaired, err := r.ModFile(context.Background(), base)
			if err != nil || !repaired || file.QualifiedModule() != "lib.test/base@v1" {
				t.Fatalf("ModFile: %v, repaired %v, %v", file, repaired, err)
			}
			if _, repaired, err := r.ModFile(context.Background(), base); err != nil || repaired {
				t.Errorf("repaired again: %v, %v", repaired, err)
			}
		})
	}
}

// What cue brought has no record of ours: the archive beside it is the judge, and has what is needed.
func TestModuleFileAgainstTheArchive(t *testing.T) {
	const text = "module: \"lib.test/base@v1\"\nlanguage: version: \"v0.17.0\"\n"
	for _, state := range []string{"edited", "garbage", "missing"} {
		t.Run(state, func(t *testing.T) {
			server, cache, r := setup(t)
			ensure(t, r, base, registry.Fetched)
			if err := os.RemoveAll(filepath.Join(cache, "opm")); err != nil {
				t.Fatal(err)
			}
			path, want := filepath.Join(cache, modFile), registry.Repaired
			switch state {
			case "edited":
				overwrite(t, path, text)
			case "garbage":
				overwrite(t, path, "}{")
			case "missing":
				want = registry.Cached
				if err := os.Remove(path); err != nil {
					t.Fatal(err)
				}
			}
			server.Forget()
			ensure(t, open(t, server.Host, cache, true), base, want)
			ensure(t, r, base, registry.Cached)
			if data, err := os.ReadFile(path); err != nil || !strings.Contains(string(data), "with y") {
				t.Errorf("module file is %q, %v", data, err)
			}
			if n := len(server.Requests()); n > 0 {
				t.Errorf("%d requests, want none", n)
			}
		})
	}
}

func TestDamagedArchive(t *testing.T) {
	tests := map[string]func(t *testing.T, path string){
		"garbage":   func(t *testing.T, path string) { overwrite(t, path, "not a zip") },
		"empty":     func(t *testing.T, path string) { overwrite(t, path, "") },
		"truncated": truncate,
		"content": func(t *testing.T, path string) {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
			if err != nil {
				t.Fatal(err)
			}
			offset, err := archive.File[0].DataOffset()
			if err != nil {
				t.Fatal(err)
			}
			data[offset+2] ^= 0xff
			overwrite(t, path, string(data))
		},
	}
	for name, damage := range tests {
		t.Run(name, func(t *testing.T) {
			server, cache, r := setup(t)
			ensure(t, r, base, registry.Fetched)
			if err := modcache.RemoveAll(filepath.Join(cache, extract)); err != nil {
				t.Fatal(err)
			}
			damage(t, filepath.Join(cache, zipFile))
			offline := open(t, server.Host, cache, true)
			_, err := offline.Ensure(context.Background(), base, registry.EnsureOptions{})
			wantError(t, err, rpc.Invalid, "lib.test/base@v1.1.0", "opm mod get --force")
			if _, err := os.Stat(filepath.Join(cache, extract)); !os.IsNotExist(err) {
				t.Errorf("something was unpacked: %v", err)
			}
			server.Forget()
			ensure(t, r, base, registry.Repaired)
			ensure(t, offline, base, registry.Cached)
			if n := len(server.Requests("/blobs/")); n != 1 {
				t.Errorf("%d blobs fetched, want one", n)
			}
		})
	}
}

func TestEditedFilesAreFoundBeforeUse(t *testing.T) {
	tests := map[string]struct {
		edit func(t *testing.T, dir string)
		want string
	}{
		"edited": {func(t *testing.T, dir string) { overwrite(t, filepath.Join(dir, "base.cue"), "package base\nx: 2\n") }, "base.cue was changed"},
		"same size and time": {func(t *testing.T, dir string) {
			path := filepath.Join(dir, "base.cue")
			info, err := os.Stat(path)
			if err != nil {
				t.Fatal(err)
			}
			overwrite(t, path, "package base\nx: 1\ny: 3\n")
			if err := os.Chtimes(path, info.ModTime(), info.ModTime()); err != nil {
				t.Fatal(err)
			}
		}, "base.cue was changed"},
		"longer": {func(t *testing.T, dir string) {
			overwrite(t, filepath.Join(dir, "base.cue"), "package base\nx: 1\ny: 2\nz: 3\n")
		}, "base.cue was changed"},
		"missing": {func(t *testing.T, dir string) {
			if err := modcache.RemoveAll(filepath.Join(dir, "sub")); err != nil {
				t.Fatal(err)
			}
		}, filepath.Join("sub", "sub.cue") + " is missing"},
		"added": {func(t *testing.T, dir string) {
			if err := os.WriteFile(filepath.Join(dir, "evil.cue"), []byte("package base\n"), 0o644); err != nil {
				t.Fatal(err)
			}
		}, "evil.cue does not belong"},
		"link": {func(t *testing.T, dir string) {
			if err := os.Symlink("base.cue", filepath.Join(dir, "link.cue")); err != nil {
				t.Fatal(err)
			}
		}, "link.cue"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			server, cache, r := setup(t)
			ensure(t, r, base, registry.Fetched)
			dir := filepath.Join(cache, extract)
			if err := os.Chmod(dir, 0o755); err != nil {
				t.Fatal(err)
			}
			test.edit(t, dir)
			for range 2 {
				bound := r.Bind(context.Background())
				_, err := bound.Fetch(context.Background(), base)
				wantError(t, err, rpc.Invalid, test.want, "lib.test/base@v1.1.0", "opm mod get --force")
				_, err = bound.FetchFromCache(base)
				wantError(t, err, rpc.Invalid, test.want)
			}
			server.Forget()
			ensure(t, r, base, registry.Repaired)
			ensure(t, r, base, registry.Cached)
			if n := len(server.Requests()); n != 0 {
				t.Errorf("%d requests, but the archive was sound", n)
			}
		})
	}
}

// Where the archive is gone, the registry has another; offline there is nothing that says the files are wrong.
func TestExtractedWithoutArchive(t *testing.T) {
	server, cache, r := setup(t)
	ensure(t, r, base, registry.Fetched)
	for _, path := range []string{zipFile, "opm/verified/lib.test/base/@v/v1.1.0.tree"} {
		if err := os.Remove(filepath.Join(cache, path)); err != nil {
			t.Fatal(err)
		}
	}
	ensure(t, open(t, server.Host, cache, true), base, registry.Cached)
	ensure(t, r, base, registry.Repaired)
}

func TestRepairsAreTold(t *testing.T) {
	_, cache, r := setup(t)
	if _, _, err := r.ModFile(context.Background(), base); err != nil {
		t.Fatal(err)
	}
	overwrite(t, filepath.Join(cache, modFile), "garbage")
	bound := r.Bind(context.Background())
	if _, err := bound.ModFile(context.Background(), base); err != nil {
		t.Fatal(err)
	}
	if lines := bound.Warnings(); len(lines) != 1 || !strings.Contains(lines[0], "lib.test/base@v1.1.0") {
		t.Errorf("warnings are %q", lines)
	}
}
