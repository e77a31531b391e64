package pack

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"slices"
	"strings"

	"cuelang.org/go/mod/module"
	"cuelang.org/go/mod/modzip"

	"cuelang.org/go/opm-cue/internal/rpc"
)

// Bytes that are compared at a time.
const pieceSize = 64 << 10

// Comparison says how the second of two archives differs from the first.
type Comparison struct {
	Equal bool `json:"equal"`
	// Differences are "added", "removed" or "changed", a space and a path, in
	// the order of the paths.
	Differences []string `json:"differences"`
}

// Compare unpacks two zips of a module version and compares the files: equal
// content may be packed in more than one way.
func Compare(path, version string, zips [2]string) (*Comparison, error) {
	mv, err := module.NewVersion(path, version)
	if err != nil {
		return nil, rpc.Errorf(rpc.Invalid, "%s@%s is no module version: %v", path, version, err)
	}
	var files [2]map[string]*zip.File
	for i, name := range zips {
		file, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer file.Close()
		if files[i], err = entries(mv, file); err != nil {
			return nil, rpc.Errorf(rpc.Invalid, "%s is not the archive of a module: %s", name, oneLine(err))
		}
	}
	result := &Comparison{Differences: []string{}}
	for name, before := range files[0] {
		after, ok := files[1][name]
		if !ok {
			result.Differences = append(result.Differences, "removed "+name)
			continue
		}
		equal, err := sameContent(before, after)
		if err != nil {
			return nil, rpc.Errorf(rpc.Invalid, "%s cannot be read from the archive of a module: %v", name, err)
		}
		if !equal {
			result.Differences = append(result.Differences, "changed "+name)
		}
	}
	for name := range files[1] {
		if _, ok := files[0][name]; !ok {
			result.Differences = append(result.Differences, "added "+name)
		}
	}
	slices.SortFunc(result.Differences, func(a, b string) int {
		_, pathA, _ := strings.Cut(a, " ")
		_, pathB, _ := strings.Cut(b, " ")
		return strings.Compare(pathA, pathB)
	})
	result.Equal = len(result.Differences) == 0
	return result, nil
}

func entries(mv module.Version, file *os.File) (map[string]*zip.File, error) {
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	archive, _, _, err := modzip.CheckZip(mv, file, info.Size())
	if err != nil {
		return nil, err
	}
	files := map[string]*zip.File{}
	for _, entry := range archive.File {
		if !strings.HasSuffix(entry.Name, "/") {
			files[entry.Name] = entry
		}
	}
	return files, nil
}

// sameContent reads no further than the sizes that the archives declare, which
// were checked against the limits of modules.
func sameContent(a, b *zip.File) (bool, error) {
	if a.UncompressedSize64 != b.UncompressedSize64 {
		return false, nil
	}
	if a.CRC32 != b.CRC32 {
		return false, nil
	}
	readerA, err := a.Open()
	if err != nil {
		return false, err
	}
	defer readerA.Close()
	readerB, err := b.Open()
	if err != nil {
		return false, err
	}
	defer readerB.Close()
	bufferA, bufferB := make([]byte, pieceSize), make([]byte, pieceSize)
	for left := int64(a.UncompressedSize64); left > 0; {
		size := min(left, pieceSize)
		if _, err := io.ReadFull(readerA, bufferA[:size]); err != nil {
			return false, err
		}
		if _, err := io.ReadFull(readerB, bufferB[:size]); err != nil {
			return false, err
		}
		if !bytes.Equal(bufferA[:size], bufferB[:size]) {
			return false, nil
		}
		left -= size
	}
	return true, nil
}
