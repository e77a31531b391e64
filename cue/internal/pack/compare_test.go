package pack

import (
	"archive/zip"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"cuelang.org/go/opm-cue/internal/rpc"
)

// writeZip makes an archive of names and texts, in this order.
func writeZip(t *testing.T, method uint16, files ...[2]string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "module.zip")
	out, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	archive := zip.NewWriter(out)
	for _, file := range files {
		entry, err := archive.CreateHeader(&zip.FileHeader{Name: file[0], Method: method})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := entry.Write([]byte(file[1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(archive.Close(), out.Close()); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestCompare(t *testing.T) {
	moduleFile := [2]string{moduleFileName, header}
	base := writeZip(t, zip.Deflate, moduleFile, [2]string{"x.cue", "x: 1\n"}, [2]string{"y.cue", "y: 1\n"})
	tests := []struct {
		name  string
		other string
		want  []string
	}{
		{"other order and packing", writeZip(t, zip.Store, [2]string{"y.cue", "y: 1\n"}, [2]string{"x.cue", "x: 1\n"}, moduleFile), []string{}},
		{"another text", writeZip(t, zip.Deflate, moduleFile, [2]string{"x.cue", "x: 2\n"}, [2]string{"y.cue", "y: 1\n"}), []string{"changed x.cue"}},
		{"other files", writeZip(t, zip.Deflate, moduleFile, [2]string{"w.cue", ""}, [2]string{"x.cue", "x: 10\n"}), []string{"added w.cue", "changed x.cue", "removed y.cue"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := Compare("lib.test/base@v1", "v1.0.0", [2]string{base, test.other})
			if err != nil {
				t.Fatal(err)
			}
			if got.Equal != (len(test.want) == 0) || !slices.Equal(got.Differences, test.want) {
				t.Errorf("comparison %+v, want %q", got, test.want)
			}
		})
	}
}

func TestCompareRefuses(t *testing.T) {
	good := writeZip(t, zip.Deflate, [2]string{moduleFileName, header})
	text := filepath.Join(t.TempDir(), "text")
	if err := os.WriteFile(text, []byte("no archive"), 0o666); err != nil {
		t.Fatal(err)
	}
	tests := map[string]string{
		"no archive":     text,
		"path traversal": writeZip(t, zip.Deflate, [2]string{moduleFileName, header}, [2]string{"../evil.cue", ""}),
		"absolute path":  writeZip(t, zip.Deflate, [2]string{moduleFileName, header}, [2]string{"/evil.cue", ""}),
		"no module file": writeZip(t, zip.Deflate, [2]string{"x.cue", ""}),
		"twice":          writeZip(t, zip.Deflate, [2]string{moduleFileName, header}, [2]string{moduleFileName, header}),
	}
	for name, other := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := Compare("lib.test/base@v1", "v1.0.0", [2]string{good, other})
			var invalid *rpc.Error
			if !errors.As(err, &invalid) || invalid.Code != rpc.Invalid {
				t.Errorf("error %v", err)
			}
		})
	}
}
