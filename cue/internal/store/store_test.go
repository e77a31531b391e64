package store

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"cuelang.org/go/mod/modcache"
	"cuelang.org/go/mod/module"

	"cuelang.org/go/opm-cue/internal/rpc"
	"cuelang.org/go/opm-cue/internal/testregistry"
)

const moduleFile = "module: \"lib.test/base@v1\"\nlanguage: version: \"v0.17.0\"\n"

var base = module.MustNewVersion("lib.test/base@v1", "v1.0.0-RC.1")

// filled has a cache with one module version, put there as a download would.
func filled(t *testing.T) (*Store, Layout) {
	t.Helper()
	dir := t.TempDir()
	t.Cleanup(func() { _ = modcache.RemoveAll(filepath.Join(dir, "mod")) })
	s := New(dir)
	archive := testregistry.Zip(t, [2]string{"cue.mod/module.cue", moduleFile}, [2]string{"a.cue", "package a\n"})
	write := func(f *os.File) error { _, err := f.Write(archive); return err }
	if err := s.PutZip(base, write, func([]byte) error { return nil }); err != nil {
		t.Fatal(err)
	}
	if err := s.Extract(base); err != nil {
		t.Fatal(err)
	}
	l, err := s.Layout(base)
	if err != nil {
		t.Fatal(err)
	}
	return s, l
}

func TestLayoutEscapesCapitals(t *testing.T) {
	s, l := filled(t)
	if want := filepath.Join(s.Dir(), "mod/download/lib.test/base/@v/v1.0.0-!r!c.1.zip"); l.Zip != want {
		t.Errorf("archive is at %s, want %s", l.Zip, want)
	}
	all, err := s.All()
	if err != nil || !slices.Equal(all, []module.Version{base}) {
		t.Errorf("the cache has %v, %v", all, err)
	}
	if _, err := s.Layout(module.MustNewVersion("local", "")); err == nil {
		t.Error("a module without version has a place")
	}
}

func TestPutZipRefuses(t *testing.T) {
	s, l := filled(t)
	before, err := os.ReadFile(l.Zip)
	if err != nil {
		t.Fatal(err)
	}
	approve := func([]byte) error { return nil }
	tests := map[string]struct {
		fetch  func(*os.File) error
		accept func([]byte) error
	}{
		"broken off":   {func(*os.File) error { return errors.New("reset") }, approve},
		"not approved": {func(f *os.File) error { _, err := f.Write(before); return err }, func([]byte) error { return errors.New("no") }},
		"no archive":   {func(f *os.File) error { _, err := f.WriteString("x"); return err }, approve},
		"nothing":      {func(*os.File) error { return nil }, approve},
	}
	for name, test := range tests {
		if err := s.PutZip(base, test.fetch, test.accept); err == nil {
			t.Errorf("%s: no error", name)
		}
		after, err := os.ReadFile(l.Zip)
		if err != nil || string(after) != string(before) {
			t.Errorf("%s: the old archive is gone, %v", name, err)
		}
	}
	if left, _ := filepath.Glob(filepath.Dir(l.Zip) + "/*.tmp"); len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
}

// What a crash leaves behind is swept away by the next one who has the lock.
func TestSweepAfterACrash(t *testing.T) {
	s, l := filled(t)
	stale := []string{l.Zip + "123.tmp", filepath.Join(l.Extract+".tmp-99", "a.cue")}
	for _, path := range stale {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	_ = s.PutZip(base, func(*os.File) error { return errors.New("reset") }, nil)
	if err := s.Extract(base); err != nil {
		t.Fatal(err)
	}
	for _, path := range stale {
		if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s is still there", path)
		}
	}
}

// Files are read only when something about them has changed since the last check.
func TestCheckTreeIsRemembered(t *testing.T) {
	s, l := filled(t)
	if err := os.Remove(l.Zip); err != nil {
		t.Fatal(err)
	}
	if err := s.CheckTree(base); err != nil {
		t.Errorf("nothing was touched: %v", err)
	}
	later := time.Now().Add(time.Hour)
	if err := os.Chtimes(filepath.Join(l.Extract, "a.cue"), later, later); err != nil {
		t.Fatal(err)
	}
	if err := s.CheckTree(base); !errors.Is(err, ErrUnverified) {
		t.Errorf("error is %v, want that there is no archive", err)
	}
}

func TestModIsKnownUntilItIsTouched(t *testing.T) {
	s, l := filled(t)
	_ = os.Remove(l.modRecord)
	if s.IsModKnown(base) {
		t.Error("a module file that nobody has looked at is known")
	}
	if _, err := s.ReadMod(base); err != nil {
		t.Fatal(err)
	}
	if !s.IsModKnown(base) {
		t.Error("a module file that was read is not known")
	}
	for _, text := range []string{moduleFile + "// edited\n", moduleFile} {
		if err := os.WriteFile(l.Mod, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		if s.IsModKnown(base) {
			t.Errorf("a module file that was written to is known: %q", text)
		}
	}
}

func TestReadOnlyCacheIsUsed(t *testing.T) {
	s, l := filled(t)
	if err := os.RemoveAll(filepath.Join(s.Dir(), "opm")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(s.Dir(), "opm"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := s.CheckTree(base); err != nil {
		t.Errorf("tree: %v", err)
	}
	if _, err := s.ReadMod(base); err != nil {
		t.Errorf("module file: %v", err)
	}
	if _, err := os.Stat(l.Extract); err != nil {
		t.Error(err)
	}
}

func TestFailuresName(t *testing.T) {
	s := New("/some/cache")
	tests := []struct {
		err  error
		code rpc.Code
		want string
	}{
		{&fs.PathError{Op: "open", Path: "/some/cache/x", Err: fs.ErrPermission}, rpc.Permission, "CUE_CACHE_DIR"},
		{errors.New("no space left on device"), rpc.General, "no space left on device"},
		{rpc.Errorf(rpc.NotFound, "as it is"), rpc.NotFound, "as it is"},
	}
	for _, test := range tests {
		e, ok := errors.AsType[*rpc.Error](s.failure(test.err))
		if !ok || e.Code != test.code || !strings.Contains(e.Message, test.want) {
			t.Errorf("%v is %v, want %s with %q", test.err, e, test.code, test.want)
		}
	}
	if s.failure(nil) != nil {
		t.Error("success is a failure")
	}
}

func TestLockIsOneAtATime(t *testing.T) {
	s, _ := filled(t)
	unlock, err := s.Lock(context.Background(), base)
	if err != nil {
		t.Fatal(err)
	}
	taken := make(chan func())
	go func() {
		second, err := s.Lock(context.Background(), base)
		if err != nil {
			t.Error(err)
		}
		taken <- second
	}()
	select {
	case <-taken:
		t.Fatal("two have the lock")
	case <-time.After(50 * time.Millisecond):
	}
	unlock()
	select {
	case second := <-taken:
		second()
	case <-time.After(10 * time.Second):
		t.Fatal("the lock is not given on")
	}
}
