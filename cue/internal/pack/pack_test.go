package pack

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"cuelang.org/go/mod/module"
	"cuelang.org/go/mod/modzip"

	"cuelang.org/go/opm-cue/internal/rpc"
)

const header = "module: \"lib.test/base@v1\"\nlanguage: version: \"v0.17.0\"\n"

// writeFiles makes a module with a source and these files.
func writeFiles(t *testing.T, files map[string]string) string {
	t.Helper()
	root := filepath.Join(t.TempDir(), "module")
	all := map[string]string{moduleFileName: header + "source: kind: \"self\"\n", "x.cue": "package base\nx: 1\n"}
	for name, text := range files {
		all[name] = text
	}
	for name, text := range all {
		path := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func pack(t *testing.T, root, version string) (*Result, string, error) {
	t.Helper()
	name := filepath.Join(t.TempDir(), "module.zip")
	result, err := Pack(context.Background(), Params{Root: root, Version: version, Zip: name})
	if _, statErr := os.Stat(name); (statErr == nil) != (err == nil) {
		t.Errorf("a zip is there: %v, though the error is %v", statErr == nil, err)
	}
	return result, name, err
}

func TestPackMakesTheZipOfModzip(t *testing.T) {
	root := writeFiles(t, map[string]string{"a/b.cue": "package a\n", "README.md": "", ".hidden": "h", "cue.mod/local-module.cue": ""})
	result, name, err := pack(t, root, "v1.0.0")
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var want bytes.Buffer
	if err := modzip.CreateFromDir(&want, module.MustNewVersion("lib.test/base@v1", "v1.0.0"), root); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want.Bytes()) {
		t.Error("the zip has other bytes than that of modzip")
	}
	var paths []string
	for _, file := range result.Files {
		paths = append(paths, file.Path)
	}
	if want := []string{".hidden", "README.md", "a/b.cue", "cue.mod/module.cue", "x.cue"}; !slices.Equal(paths, want) {
		t.Errorf("files %q, want %q", paths, want)
	}
	if result.Path != "lib.test/base@v1" || !strings.HasPrefix(result.ModuleFile, header) || len(result.Annotations) != 0 {
		t.Errorf("result %+v", result)
	}
}

func TestPackRefuses(t *testing.T) {
	tests := []struct {
		name    string
		version string
		files   map[string]string
		// what each finding is about, and words of it
		want [][2]string
	}{
		{"no v", "1.2.3", nil, [][2]string{{"version", "give it as v1.2.3"}}},
		{"no version", "latest", nil, [][2]string{{"version", "no semantic version"}}},
		{"short", "v1.2", nil, [][2]string{{"version", "give it as v1.2.0"}}},
		{"leading zero", "v01.0.0", nil, [][2]string{{"version", "no semantic version"}}},
		{"build metadata", "v1.0.0+b", nil, [][2]string{{"version", "build metadata"}}},
		{"other major", "v2.0.0", nil, [][2]string{{"version", "must be v1.N.N"}}},
		{"no source", "v1.0.0", map[string]string{moduleFileName: header}, [][2]string{{"source", "opm mod edit --source self"}}},
		{"no language", "v1.0.0", map[string]string{moduleFileName: "module: \"a.test\"\n"}, [][2]string{{"module-file", "language version"}}},
		{"unknown field", "v1.0.0", map[string]string{moduleFileName: header + "foo: 1\n"}, [][2]string{{"module-file", "foo"}}},
		{"no repository", "v1.0.0", map[string]string{moduleFileName: header + "source: kind: \"git\"\n"}, [][2]string{{"source", "in no repository"}}},
		{"case", "v1.0.0", map[string]string{"X.cue": ""}, [][2]string{{"files", "case-insensitive file name collision"}}},
		{"character", "v1.0.0", map[string]string{"a:b": ""}, [][2]string{{"files", "invalid char ':'"}}},
		{"device", "v1.0.0", map[string]string{"aux.cue": ""}, [][2]string{{"files", "aux.cue"}}},
		{"all at once", "2", map[string]string{moduleFileName: header, "a:b": "", "c:d": ""}, [][2]string{
			{"version", "no leading v"}, {"source", "--source self"}, {"files", "a:b"}, {"files", "c:d"},
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, _, err := pack(t, writeFiles(t, test.files), test.version)
			var refused *rpc.Error
			if !errors.As(err, &refused) || refused.Code != rpc.Refused {
				t.Fatalf("error %v", err)
			}
			if len(refused.Diagnostics) != len(test.want) {
				t.Fatalf("findings %+v, want %d", refused.Diagnostics, len(test.want))
			}
			for i, want := range test.want {
				if got := refused.Diagnostics[i]; got.Check != want[0] || !strings.Contains(got.Message, want[1]) {
					t.Errorf("finding %+v, want %q", got, want)
				}
			}
		})
	}
}

func TestPackSaysWhereAModuleFileIsWrong(t *testing.T) {
	root := writeFiles(t, map[string]string{moduleFileName: header + "foo: 1\n"})
	_, _, err := pack(t, root, "v1.0.0")
	var refused *rpc.Error
	if !errors.As(err, &refused) {
		t.Fatal(err)
	}
	want := rpc.Position{File: moduleFileName, Line: 3, Column: 1}
	if got := refused.Diagnostics[0].Positions; !slices.Contains(got, want) {
		t.Errorf("positions %v, want %v", got, want)
	}
}

func TestPackNotesWhatIsLeftOut(t *testing.T) {
	root := writeFiles(t, map[string]string{
		"nested/cue.mod/module.cue": "module: \"n.test\"\n", "nested/n.cue": "", "cue.mod/vendor/a.cue": "",
		"cue.mod/pkg/p.test/p.cue": "", "cue.mod/local-module.cue": "", ".git/HEAD": "",
	})
	for name, target := range map[string]string{"link.cue": "x.cue", "folder": "nested"} {
		if err := os.Symlink(target, filepath.Join(root, name)); err != nil {
			t.Fatal(err)
		}
	}
	result, _, err := pack(t, root, "v1.0.0")
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"cue.mod/pkg comes along, but its packages are for this module alone: whoever imports the module does not get them",
		"cue.mod/vendor is left out",
		"folder is left out: it is a symbolic link",
		"link.cue is left out: it is a symbolic link",
		"nested is left out: it is a module of its own",
	}
	slices.Sort(result.Notes)
	if !slices.Equal(result.Notes, want) {
		t.Errorf("notes %q, want %q", result.Notes, want)
	}
}

func TestPackRefusesTooLarge(t *testing.T) {
	root := writeFiles(t, nil)
	for name, size := range map[string]int64{"a.bin": 200 << 20, "b.bin": 250 << 20, "c.bin": 300 << 20, "d.bin": 1 << 20} {
		file, err := os.Create(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(file.Truncate(size), file.Close()); err != nil {
			t.Fatal(err)
		}
	}
	_, _, err := pack(t, root, "v1.0.0")
	var refused *rpc.Error
	if !errors.As(err, &refused) || len(refused.Diagnostics) != 1 {
		t.Fatal(err)
	}
	if got := refused.Diagnostics[0].Message; !strings.HasSuffix(got, "c.bin (314572800 bytes), b.bin (262144000 bytes), a.bin (209715200 bytes)") {
		t.Errorf("message %q", got)
	}
}

func TestPackLeavesOutWhatPasses(t *testing.T) {
	root := writeFiles(t, map[string]string{
		"cue.mod/.opm.lock": "{}", "cue.mod/module.cue.0b0e8ac4-5d1c-4f3b-9a55-6a1f6dd0a1b2.partial": "", "x.partial": "",
	})
	result, _, err := pack(t, root, "v1.0.0")
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, file := range result.Files {
		paths = append(paths, file.Path)
	}
	if want := []string{"cue.mod/module.cue", "x.cue", "x.partial"}; !slices.Equal(paths, want) {
		t.Errorf("files %q, want %q", paths, want)
	}
}

func TestPackWithoutModule(t *testing.T) {
	_, _, err := pack(t, t.TempDir(), "v1.0.0")
	var failed *rpc.Error
	if !errors.As(err, &failed) || failed.Code != rpc.NotFound {
		t.Errorf("error %v", err)
	}
}

func git(t *testing.T, directory string, args ...string) {
	t.Helper()
	command := exec.Command("git", append([]string{"-c", "user.name=t", "-c", "user.email=t@t.test", "-c", "commit.gpgsign=false"}, args...)...)
	command.Dir = directory
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("git %v: %v: %s", args, err, out)
	}
}

func TestPackOfTrackedFiles(t *testing.T) {
	module := map[string]string{moduleFileName: header + "source: kind: \"git\"\n", ".gitignore": "*.log\n", "x.log": "ignored"}
	root := writeFiles(t, module)
	repository := filepath.Dir(root)
	if err := os.WriteFile(filepath.Join(repository, "LICENSE"), []byte("free\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	git(t, repository, "init", "-q")
	refused(t, root, "not everything is committed")
	git(t, repository, "add", ".")
	git(t, repository, "commit", "-qm", "first")
	result, _, err := pack(t, root, "v1.0.0")
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, file := range result.Files {
		paths = append(paths, file.Path)
	}
	if want := []string{".gitignore", "LICENSE", "cue.mod/module.cue", "x.cue"}; !slices.Equal(paths, want) {
		t.Errorf("files %q, want %q", paths, want)
	}
	if got := result.Annotations; len(got) != 3 || got["org.cuelang.vcs-type"] != "git" || len(got["org.cuelang.vcs-commit"]) != 40 {
		t.Errorf("annotations %v", got)
	}
	if err := os.WriteFile(filepath.Join(root, "new.cue"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	refused(t, root, "new.cue")
	if err := errors.Join(os.Remove(filepath.Join(root, "new.cue")), os.WriteFile(filepath.Join(repository, "LICENSE"), nil, 0o666)); err != nil {
		t.Fatal(err)
	}
	refused(t, root, "LICENSE is not committed")
}

// refused checks that there is a finding about the source, with these words.
func refused(t *testing.T, root, words string) {
	t.Helper()
	_, _, err := pack(t, root, "v1.0.0")
	var found *rpc.Error
	if !errors.As(err, &found) || found.Diagnostics[0].Check != "source" || !strings.Contains(found.Message, words) {
		t.Errorf("error %v, want %q", err, words)
	}
}
