package store

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"strings"
	"testing"
	"time"

	"cuelang.org/go/mod/modcache"

	"cuelang.org/go/opm-cue/internal/testregistry"
)

// replaceArchive puts another archive of the same module in place, whose sums are right, and unpacks it: what a cache is after
// somebody with patience had it.
func replaceArchive(t *testing.T, l Layout) {
	t.Helper()
	other := testregistry.Zip(t, [2]string{"cue.mod/module.cue", moduleFile}, [2]string{"a.cue", "package b\n"})
	if err := os.WriteFile(l.Zip, other, 0o644); err != nil {
		t.Fatal(err)
	}
	file := l.in("a.cue")
	if err := os.Chmod(file, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte("package b\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(file, time.Unix(1, 0), time.Unix(1, 0)); err != nil {
		t.Fatal(err)
	}
}

func TestAnotherArchiveIsNotBelieved(t *testing.T) {
	s, l := filled(t)
	replaceArchive(t, l)
	if err := s.CheckTree(base); !errors.Is(err, ErrUnverified) {
		t.Errorf("the tree is %v, want that there is no sound archive", err)
	}
	if err := s.CheckArchive(base); !isDamage(err) {
		t.Errorf("the archive is %v, want damage", err)
	}
	problems, err := s.Verify(base)
	if err != nil || !strings.Contains(strings.Join(problems, "\n"), "is not what came from the registry") {
		t.Errorf("problems are %q, %v", problems, err)
	}
	if bytes, err := s.RemoveDamaged(context.Background(), base); err != nil || bytes == 0 {
		t.Errorf("removed %d bytes, %v", bytes, err)
	}
	for _, path := range []string{l.Zip, l.Extract} {
		if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s is still there: %v", path, err)
		}
	}
	if problems, err := s.Verify(base); err != nil || len(problems) > 0 {
		t.Errorf("then there is %q, %v", problems, err)
	}
}

// An archive that cue has brought is believed the first time.
func TestAnArchiveIsRememberedWhenItIsUnpacked(t *testing.T) {
	s, l := filled(t)
	if err := os.Remove(l.zipRecord); err != nil {
		t.Fatal(err)
	}
	if err := s.Extract(base); err != nil {
		t.Fatal(err)
	}
	replaceArchive(t, l)
	if err := s.CheckArchive(base); !isDamage(err) {
		t.Errorf("the archive is %v, want damage", err)
	}
}

func TestRemoveDamagedKeepsWhatIsSound(t *testing.T) {
	s, l := filled(t)
	if bytes, err := s.RemoveDamaged(context.Background(), base); err != nil || bytes != 0 {
		t.Errorf("of a sound one %d bytes are removed, %v", bytes, err)
	}
	if err := s.CheckTree(base); err != nil {
		t.Fatal(err)
	}
	file := l.in("a.cue")
	_ = os.Chmod(file, 0o644)
	if err := os.WriteFile(file, []byte("package b\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := s.RemoveDamaged(context.Background(), base); err != nil {
		t.Fatal(err)
	}
	if s.HasTree(base) {
		t.Error("the changed folder is still there")
	}
	if err := s.CheckArchive(base); err != nil {
		t.Errorf("the archive is %v", err)
	}
	if err := s.Extract(base); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(l.Mod, []byte(strings.Replace(moduleFile, "17", "16", 1)), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := s.RemoveDamaged(context.Background(), base); err != nil {
		t.Fatal(err)
	}
	if _, err := s.ReadMod(base); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the module file is %v, want none", err)
	}
	if err := s.CheckTree(base); err != nil {
		t.Errorf("the folder is %v", err)
	}
	_ = modcache.RemoveAll(l.Extract)
}
