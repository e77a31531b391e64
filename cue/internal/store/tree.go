package store

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"

	"cuelang.org/go/mod/module"
)

// ErrUnverified says that an extracted folder cannot be compared with its archive, because that is missing or damaged.
var ErrUnverified = errors.New("there is no sound archive to compare the extracted folder with")

// CheckTree checks the extracted folder of a module version before it is used. It is [fs.ErrNotExist] when there is none or
// only a part, [ErrUnverified], or a [*Damage] with the files that differ from the archive. The check reads all files only
// when one of them was touched since the last one.
func (s *Store) CheckTree(mv module.Version) error {
	l, err := s.Layout(mv)
	if err != nil {
		return err
	}
	if err := l.complete(); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return s.failure(err)
	}
	listing, err := list(l.Extract)
	if err != nil {
		return s.failure(err)
	}
	if known, err := os.ReadFile(l.treeRecord); err == nil && string(known) == listing.digest() {
		return nil
	}
	problems, err := l.compare(mv, listing)
	if err != nil {
		return err
	}
	if len(problems) > 0 {
		return &Damage{Problems: problems}
	}
	_ = writeFile(l.treeRecord, []byte(listing.digest()))
	return nil
}

// complete is [fs.ErrNotExist] unless the extracted folder is there as a whole.
func (l Layout) complete() error {
	info, err := os.Lstat(l.Extract)
	if err != nil {
		return err
	}
	partial, err := exists(l.partial)
	if err == nil && (partial || !info.IsDir()) {
		return fs.ErrNotExist
	}
	return err
}

// compare names the files that are not the archive's.
func (l Layout) compare(mv module.Version, listing fileList) ([]string, error) {
	archive, err := l.openArchive(mv)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnverified, err)
	}
	defer archive.Close()
	var problems []string
	left := listing.names()
	for _, entry := range archive.zip.File {
		if entry.FileInfo().IsDir() {
			continue
		}
		if !left[entry.Name] {
			problems = append(problems, fmt.Sprintf("%s is missing", l.in(entry.Name)))
			continue
		}
		delete(left, entry.Name)
		same, err := sameContent(filepath.Join(l.Extract, filepath.FromSlash(entry.Name)), entry)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrUnverified, err)
		}
		if !same {
			problems = append(problems, fmt.Sprintf("%s was changed", l.in(entry.Name)))
		}
	}
	for name := range left {
		problems = append(problems, fmt.Sprintf("%s does not belong to the module", l.in(name)))
	}
	slices.Sort(problems)
	return problems, nil
}

func (l Layout) in(name string) string { return filepath.Join(l.Extract, filepath.FromSlash(name)) }

// sameContent fails only when the archive cannot be read; a file that cannot be read is not the same.
func sameContent(file string, entry *zip.File) (bool, error) {
	want, err := entry.Open()
	if err != nil {
		return false, err
	}
	defer want.Close()
	got, err := os.Open(file)
	if err != nil {
		return false, nil
	}
	defer got.Close()
	a, b := make([]byte, 32<<10), make([]byte, 32<<10)
	for {
		n, err := io.ReadFull(want, a)
		if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
			return false, err
		}
		m, _ := io.ReadFull(got, b)
		if !bytes.Equal(a[:n], b[:m]) {
			return false, nil
		}
		if err != nil {
			return true, nil
		}
	}
}

// fileList has what is in a folder: names with slashes, relative, and stamps; links and other things have no name that an
// archive could have.
type fileList []struct{ name, stamp string }

func list(root string) (fileList, error) {
	var files fileList
	var walk func(dir, prefix string) error
	walk = func(dir, prefix string) error {
		entries, err := os.ReadDir(dir)
		if err != nil {
			return err
		}
		for _, entry := range entries {
			name := path.Join(prefix, entry.Name())
			if entry.IsDir() {
				if err := walk(filepath.Join(dir, entry.Name()), name); err != nil {
					return err
				}
				continue
			}
			info, err := entry.Info()
			if err != nil {
				return err
			}
			if !info.Mode().IsRegular() {
				name += " (" + info.Mode().Type().String() + ")"
			}
			files = append(files, struct{ name, stamp string }{name, stamp(info)})
		}
		return nil
	}
	return files, walk(root, "")
}

func (f fileList) names() map[string]bool {
	names := make(map[string]bool, len(f))
	for _, file := range f {
		names[file.name] = true
	}
	return names
}

func (f fileList) digest() string {
	h := sha256.New()
	for _, file := range f {
		fmt.Fprintf(h, "%s\x00%s\n", file.name, file.stamp)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// HasTree says whether a module version is unpacked as a whole, checked or not.
func (s *Store) HasTree(mv module.Version) bool {
	l, err := s.Layout(mv)
	return err == nil && l.complete() == nil
}
