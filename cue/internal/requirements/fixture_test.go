package requirements

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cuelabs.dev/go/oci/ociregistry/ocimem"
	"cuelang.org/go/internal/mod/modload"
	"cuelang.org/go/mod/modconfig"
	"cuelang.org/go/mod/modfile"
	"cuelang.org/go/mod/modregistry"
	"cuelang.org/go/mod/modregistrytest"
	"cuelang.org/go/mod/module"
	"cuelang.org/go/mod/modzip"

	"cuelang.org/go/opm-cue/internal/rpc"
)

// published is a module version of a test registry: its path with version, the modules it requires, and its files.
type published struct {
	name  string
	deps  string
	files map[string]string
}

func moduleText(path string, deps ...string) string {
	text := "module: \"" + path + "\"\nlanguage: version: \"v0.17.0\"\nsource: kind: \"self\"\n"
	for _, dep := range deps {
		path, version, _ := strings.Cut(dep, " ")
		text += "deps: \"" + path + "\": v: \"" + version + "\"\n"
	}
	return text
}

// library is what the modules of most tests are: a diamond, two majors, a pre-release, and a package in a folder.
var library = []published{
	{"lib.test/base@v1.0.0", "", map[string]string{"base.cue": "package base\nx: 1\n"}},
	{"lib.test/base@v1.1.0", "", map[string]string{"base.cue": "package base\nx: 1\ny: 2\n", "sub/sub.cue": "package sub\ns: 1\n"}},
	{"lib.test/base@v1.2.0-rc.1", "", map[string]string{"base.cue": "package base\nx: 1\n"}},
	{"lib.test/base@v2.0.0", "", map[string]string{"base.cue": "package base\nx: 2\n"}},
	{"lib.test/left@v0.1.0", "lib.test/base@v1 v1.0.0", map[string]string{"left.cue": "package left\nimport \"lib.test/base@v1\"\nbase\nl: 1\n"}},
	{"lib.test/left@v0.2.0", "lib.test/base@v1 v1.0.0", map[string]string{"left.cue": "package left\nimport \"lib.test/base@v1\"\nbase\nl: 2\n"}},
	{"lib.test/right@v0.1.0", "lib.test/base@v1 v1.1.0", map[string]string{"right.cue": "package right\nimport \"lib.test/base@v1\"\nbase\nr: 1\n"}},
	{"lib.test/early@v0.1.0-alpha.1", "", map[string]string{"early.cue": "package early\ne: 1\n"}},
	{"lib.test/ring@v0.1.0", "lib.test/loop@v0 v0.1.0", map[string]string{"ring.cue": "package ring\n", "sub/sub.cue": "package sub\nimport \"lib.test/loop@v0\"\nloop\n"}},
	{"lib.test/loop@v0.1.0", "lib.test/ring@v0 v0.1.0", map[string]string{"loop.cue": "package loop\nimport \"lib.test/ring@v0\"\nring\n"}},
	{"lib.test/broken@v0.1.0", "lib.test/gone@v0 v0.1.0", map[string]string{"broken.cue": "package broken\nimport \"lib.test/gone@v0\"\ngone\n"}},
	{"lib.test/base/deep@v0.1.0", "", map[string]string{"deep.cue": "package deep\nd: 1\n"}},
}

// serve runs a registry with modules, and returns a client of it with an empty cache.
func serve(t *testing.T, modules []published) modload.Registry {
	t.Helper()
	server, err := modregistrytest.NewServer(ocimem.New(), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	resolver, err := modconfig.NewResolver(&modconfig.Config{CUERegistry: server.Host() + "+insecure", Env: []string{"HOME=" + t.TempDir()}})
	if err != nil {
		t.Fatal(err)
	}
	client := modregistry.NewClientWithResolver(resolver)
	for _, m := range modules {
		push(t, client, m)
	}
	cache := newCache(t)
	registry, err := modconfig.NewRegistry(&modconfig.Config{
		CUERegistry: server.Host() + "+insecure",
		Env:         []string{"CUE_CACHE_DIR=" + cache, "CUE_CONFIG_DIR=" + cache, "HOME=" + cache},
	})
	if err != nil {
		t.Fatal(err)
	}
	return registry
}

// newCache returns a folder for a cache, whose folders are read-only by the end.
func newCache(t *testing.T) string {
	t.Helper()
	cache := t.TempDir()
	t.Cleanup(func() {
		_ = filepath.WalkDir(cache, func(path string, _ fs.DirEntry, _ error) error { return os.Chmod(path, 0o755) })
	})
	return cache
}

// push publishes a module version, whatever it requires.
func push(t *testing.T, client *modregistry.Client, m published) {
	t.Helper()
	base, version, _ := strings.Cut(m.name, "@")
	major, _, _ := strings.Cut(version, ".")
	var deps []string
	if m.deps != "" {
		deps = strings.Split(m.deps, ", ")
	}
	files := []string{"cue.mod/module.cue", moduleText(base+"@"+major, deps...)}
	for name, text := range m.files {
		files = append(files, name, text)
	}
	folder, _ := write(t, files...)
	mv := module.MustNewVersion(base+"@"+major, version)
	var zip bytes.Buffer
	if err := modzip.CreateFromDir(&zip, mv, folder); err != nil {
		t.Fatal(err)
	}
	if err := client.PutModule(t.Context(), mv, bytes.NewReader(zip.Bytes()), int64(zip.Len())); err != nil {
		t.Fatal(err)
	}
}

// write makes a module of names and texts in a temporary folder.
func write(t *testing.T, files ...string) (string, fs.FS) {
	t.Helper()
	root := t.TempDir()
	for i := 0; i < len(files); i += 2 {
		path := filepath.Join(root, files[i])
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(files[i+1]), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root, os.DirFS(root)
}

func callContext(t *testing.T) context.Context { return rpc.WithMemory(t.Context()) }

func failure(t *testing.T, err error, code rpc.Code, parts ...string) *rpc.Error {
	t.Helper()
	e, ok := errors.AsType[*rpc.Error](err)
	if !ok || e.Code != code {
		t.Fatalf("got %v (%T), want %s", err, err, code)
	}
	for _, part := range parts {
		if !strings.Contains(e.Message, part) {
			t.Errorf("%q does not have %q", e.Message, part)
		}
	}
	if strings.Contains(e.Message, "\n") {
		t.Errorf("%q is more than a line", e.Message)
	}
	return e
}

func depsOf(t *testing.T, text []byte) string {
	t.Helper()
	file, err := modfile.Parse(text, "module.cue")
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	parts := []string{}
	for _, mv := range file.DepVersions() {
		name := mv.String()
		if file.Deps[mv.Path()].Default {
			name += "*"
		}
		parts = append(parts, name)
	}
	return strings.Join(parts, " ")
}

func changesOf(changes []Change) string {
	parts := []string{}
	for _, c := range changes {
		text := c.Path + " " + c.From + ">" + c.To
		for _, i := range c.Imports {
			text += " " + i.Position.File
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, "; ")
}
