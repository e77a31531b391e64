package pack

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"cuelang.org/go/mod/module"
	"cuelang.org/go/mod/modzip"
)

// How many of the largest files are named when all together are too large.
const largestNamed = 3

func (s *source) note(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if !slices.Contains(s.notes, text) {
		s.notes = append(s.notes, text)
	}
}

// noteOmitted says what of the module a zip cannot have. Folders of version
// control, and what is only for the developer, go without saying.
func (s *source) noteOmitted(root, name string) {
	relative, err := filepath.Rel(root, name)
	if err != nil {
		return
	}
	slashed := filepath.ToSlash(relative)
	info, err := os.Lstat(name)
	if err != nil {
		return
	}
	nested := nestedModule(root, slashed, info.IsDir())
	switch {
	case nested != "":
		s.note("%s is left out: it is a module of its own", nested)
	case strings.HasPrefix(slashed, "cue.mod/vendor/"):
		s.note("cue.mod/vendor is left out")
	case info.Mode()&os.ModeSymlink != 0:
		s.note("%s is left out: it is a symbolic link", slashed)
	case !info.IsDir() && !info.Mode().IsRegular():
		s.note("%s is left out: it is no regular file", slashed)
	}
}

// nestedModule gives the folder below root that is a module itself and has this
// file; "" when there is none.
func nestedModule(root, slashed string, isDir bool) string {
	folder := slashed
	if !isDir {
		folder = path.Dir(slashed)
	}
	for ; folder != "." && folder != "/"; folder = path.Dir(folder) {
		if path.Base(folder) == "cue.mod" {
			continue
		}
		if _, err := os.Lstat(filepath.Join(root, filepath.FromSlash(folder), "cue.mod")); err == nil {
			return folder
		}
	}
	return ""
}

// plainly leaves out of an error what the finding says anyway.
func plainly(err error) string {
	var invalid *module.InvalidPathError
	if errors.As(err, &invalid) {
		return invalid.Err.Error()
	}
	return err.Error()
}

func (s *source) addTooLarge(found *findings) {
	type sized struct {
		path string
		size int64
	}
	var files []sized
	var total int64
	for _, file := range s.files {
		info, err := os.Lstat(file.name)
		if err != nil || !info.Mode().IsRegular() {
			continue
		}
		files = append(files, sized{path: file.path, size: info.Size()})
		total += info.Size()
	}
	slices.SortStableFunc(files, func(a, b sized) int { return cmp.Compare(b.size, a.size) })
	var largest []string
	for _, file := range files[:min(largestNamed, len(files))] {
		largest = append(largest, fmt.Sprintf("%s (%d bytes)", file.path, file.size))
	}
	found.add("files", "the files of the module have %d bytes, more than the %d that a module may have; the largest: %s",
		total, int64(modzip.MaxZipFile), strings.Join(largest, ", "))
}
