package pack

import (
	"context"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"cuelang.org/go/internal/mod/semver"
	"cuelang.org/go/mod/modfile"
	"cuelang.org/go/mod/modregistry"
	"cuelang.org/go/mod/modzip"

	"cuelang.org/go/opm-cue/internal/rpc"
)

// A module without a source counts as "self" in the language before this.
const sourceRequiredFrom = "v0.9.0-alpha.2"

// passing are files of opm itself, which are there for a moment while it changes a module.
var passing = regexp.MustCompile(`^cue\.mod/(?:\.opm\.lock(?:\.takeover)?|(?:local-)?module\.cue\.[0-9a-f-]{36}\.partial)$`)

// sourceFile is a file on this machine and the path that it has in the zip.
type sourceFile struct {
	path string
	name string
}

// fileIO lets modzip read them.
type fileIO struct{}

func (fileIO) Path(f sourceFile) string                 { return f.path }
func (fileIO) Lstat(f sourceFile) (fs.FileInfo, error)  { return os.Lstat(f.name) }
func (fileIO) Open(f sourceFile) (io.ReadCloser, error) { return os.Open(f.name) }

// source is what goes into a zip.
type source struct {
	files    []sourceFile
	metadata *modregistry.Metadata
	notes    []string
}

// newSource lists the files of a module as its source field wants it. What is
// wrong with them is entered in found; where file is nil, because it is wrong
// itself, the files in the folder are judged.
func newSource(ctx context.Context, root string, file *modfile.File, found *findings) (*source, error) {
	kind := "self"
	if file != nil {
		switch {
		case file.Source != nil:
			kind = file.Source.Kind
		case semver.Compare(file.Language.Version, sourceRequiredFrom) >= 0:
			found.addAt("source", []rpc.Position{{File: moduleFileName}},
				"the module does not say what belongs to it: run 'opm mod edit --source self' for all files below it, or '--source git' for those that git tracks")
		}
	}
	src := &source{}
	var err error
	if kind == "self" {
		err = src.listFolder(root)
	} else {
		err = src.listTracked(ctx, kind, root, found)
	}
	if err != nil {
		return nil, err
	}
	src.check(root, found)
	return src, nil
}

// listFolder finds the files below root that a zip can have.
func (s *source) listFolder(root string) error {
	checked, err := modzip.CheckDir(root)
	if len(checked.Valid)+len(checked.Invalid) == 0 && err != nil {
		return err
	}
	listed := slices.Clone(checked.Valid)
	for _, invalid := range checked.Invalid {
		listed = append(listed, invalid.Path)
	}
	// modzip would leave out what it leaves out here: that is only to be told.
	for _, omitted := range checked.Omitted {
		s.noteOmitted(root, omitted.Path)
	}
	for _, name := range listed {
		relative, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		if path := filepath.ToSlash(relative); !passing.MatchString(path) {
			s.files = append(s.files, sourceFile{path: path, name: name})
		}
	}
	return nil
}

// check judges names and sizes of the files.
func (s *source) check(root string, found *findings) {
	checked, _ := modzip.CheckFiles(s.files, fileIO{})
	for _, invalid := range checked.Invalid {
		found.addAt("files", []rpc.Position{{File: invalid.Path}}, "%s: %s", invalid.Path, plainly(invalid.Err))
	}
	for _, omitted := range checked.Omitted {
		s.noteOmitted(root, filepath.Join(root, filepath.FromSlash(omitted.Path)))
	}
	for _, directory := range []string{"pkg", "usr", "gen"} {
		prefix := "cue.mod/" + directory + "/"
		if slices.ContainsFunc(s.files, func(f sourceFile) bool { return strings.HasPrefix(f.path, prefix) }) {
			s.note("%s comes along, but its packages are for this module alone: whoever imports the module does not get them", strings.TrimSuffix(prefix, "/"))
		}
	}
	if checked.SizeError != nil {
		s.addTooLarge(found)
	}
	if checked.NoModError != nil {
		found.add("files", "%s is not among the files of the module: does git track it?", moduleFileName)
	}
}
