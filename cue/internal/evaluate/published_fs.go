package evaluate

import (
	"io/fs"
	"path"
	"slices"
	"strings"

	"cuelang.org/go/opm-cue/internal/modfiles"
)

// publishedFS is the folder of a module without the files that are not published. What is in cue.mod stays, as the module is judged with
// it; replacements are for this machine only.
type publishedFS struct {
	modfiles.FullFS
	files map[string]bool
}

func (f publishedFS) isHidden(name string) bool {
	if name == modfiles.LocalFile {
		return true
	}
	if f.files[name] || name == "cue.mod" || strings.HasPrefix(name, "cue.mod/") {
		return false
	}
	info, err := f.FullFS.Stat(name)
	return err == nil && !info.IsDir()
}

// Open implements [fs.FS].
func (f publishedFS) Open(name string) (fs.File, error) {
	if f.isHidden(name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return f.FullFS.Open(name)
}

// Stat implements [fs.StatFS].
func (f publishedFS) Stat(name string) (fs.FileInfo, error) {
	if f.isHidden(name) {
		return nil, &fs.PathError{Op: "stat", Path: name, Err: fs.ErrNotExist}
	}
	return f.FullFS.Stat(name)
}

// ReadFile implements [fs.ReadFileFS].
func (f publishedFS) ReadFile(name string) ([]byte, error) {
	if f.isHidden(name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return f.FullFS.ReadFile(name)
}

// ReadDir implements [fs.ReadDirFS].
func (f publishedFS) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := f.FullFS.ReadDir(name)
	return slices.DeleteFunc(entries, func(entry fs.DirEntry) bool { return f.isHidden(path.Join(name, entry.Name())) }), err
}
