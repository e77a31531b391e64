// Package pack makes of a module folder what is published: the zip, the module
// file beside it, and the annotations of its manifest. It judges the same rules
// as "cue mod publish", but all of them in one pass.
package pack

import (
	"archive/zip"
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"cuelang.org/go/mod/modfile"
	"cuelang.org/go/mod/modregistry"
	"cuelang.org/go/mod/module"
	"cuelang.org/go/mod/modzip"

	"cuelang.org/go/opm-cue/internal/rpc"
)

// The module file, relative to the root of its module.
const moduleFileName = "cue.mod/module.cue"

// Params says what to pack. Paths are absolute.
type Params struct {
	Root    string `json:"root"`
	Version string `json:"version"`
	// Zip is the file to write. It must not exist.
	Zip string `json:"zip"`
}

// File is a file of the zip, with its bytes unpacked.
type File struct {
	Path string `json:"path"`
	Size int64  `json:"size"`
}

// Result is what a manifest is made of.
type Result struct {
	// Path is the module's path with its major.
	Path        string            `json:"path"`
	ModuleFile  string            `json:"moduleFile"`
	Annotations map[string]string `json:"annotations"`
	Files       []File            `json:"files"`
	// Notes name what was left out, or came along, without being asked for.
	Notes []string `json:"notes"`
}

// Pack checks the module at p.Root and writes its zip. Where the rules forbid it
// the error has every finding, and nothing is written.
func Pack(ctx context.Context, p Params) (*Result, error) {
	text, err := os.ReadFile(filepath.Join(p.Root, filepath.FromSlash(moduleFileName)))
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil, rpc.Errorf(rpc.NotFound, "%s is no module: it has no %s; run 'opm mod init' there", p.Root, moduleFileName)
		}
		return nil, err
	}
	var found findings
	file, err := modfile.Parse(text, moduleFileName)
	if err != nil {
		found.addModuleFile(err)
	}
	found.checkVersion(p.Version, file)
	src, err := newSource(ctx, p.Root, file, &found)
	if err != nil {
		return nil, err
	}
	if err := found.err(); err != nil {
		return nil, err
	}
	version, err := module.NewVersion(file.QualifiedModule(), p.Version)
	if err != nil {
		found.add("module-file", "%s: %v", moduleFileName, err)
		return nil, found.err()
	}
	return write(src, version, p.Zip)
}

// write makes the zip, and judges it as whoever gets it will do.
func write(src *source, version module.Version, name string) (_ *Result, err error) {
	out, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	defer func() {
		if closeErr := out.Close(); err == nil {
			err = closeErr
		}
		if err != nil {
			os.Remove(name)
		}
	}()
	if err := modzip.Create(out, version, src.files, fileIO{}); err != nil {
		return nil, err
	}
	info, err := out.Stat()
	if err != nil {
		return nil, err
	}
	archive, moduleFile, _, err := modzip.CheckZip(version, out, info.Size())
	if err != nil {
		var found findings
		found.add("files", "%s", oneLine(err))
		return nil, found.err()
	}
	result := &Result{Path: version.Path(), Annotations: map[string]string{}, Files: []File{}, Notes: src.notes}
	if result.Notes == nil {
		result.Notes = []string{}
	}
	for _, entry := range archive.File {
		result.Files = append(result.Files, File{Path: entry.Name, Size: int64(entry.UncompressedSize64)})
	}
	// The text in the zip, and not the one read before: the file may have changed.
	if result.ModuleFile, err = checkedModuleFile(moduleFile, version); err != nil {
		return nil, err
	}
	if src.metadata != nil {
		if result.Annotations, err = annotations(src.metadata); err != nil {
			return nil, err
		}
	}
	return result, nil
}

func checkedModuleFile(entry *zip.File, version module.Version) (string, error) {
	reader, err := entry.Open()
	if err != nil {
		return "", err
	}
	defer reader.Close()
	text, err := io.ReadAll(reader)
	if err != nil {
		return "", err
	}
	var found findings
	file, err := modfile.Parse(text, moduleFileName)
	if err != nil {
		found.addModuleFile(err)
		return "", found.err()
	}
	if file.QualifiedModule() != version.Path() {
		found.add("module-file", "%s changed while it was packed: it is the file of %s now", moduleFileName, file.QualifiedModule())
	}
	for path, dependency := range file.Deps {
		if _, err := module.NewVersion(path, dependency.Version); err != nil {
			found.add("module-file", "the dependency %s has the version %q: %v", path, dependency.Version, err)
		}
	}
	return string(text), found.err()
}

// annotations are those that the registry client of CUE gives a manifest.
func annotations(metadata *modregistry.Metadata) (map[string]string, error) {
	text, err := json.Marshal(metadata)
	if err != nil {
		return nil, err
	}
	result := map[string]string{}
	return result, json.Unmarshal(text, &result)
}
