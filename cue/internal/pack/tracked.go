package pack

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"cuelang.org/go/internal/vcs"
	"cuelang.org/go/mod/modregistry"

	"cuelang.org/go/opm-cue/internal/rpc"
)

// How many files are named that keep a work tree from being clean.
const uncleanNamed = 10

// listTracked takes the files that version control tracks. What is not
// committed is a finding, as the manifest names the commit.
func (s *source) listTracked(ctx context.Context, kind, root string, found *findings) error {
	control, err := vcs.New(kind, root)
	if err != nil {
		found.add("source", "the source of the module is %q, but %s is in no repository: run '%s init' and commit, or 'opm mod edit --source self'", kind, root, kind)
		return s.listFolder(root)
	}
	if _, err := exec.LookPath(kind); err != nil {
		found.add("source", "the source of the module is %q, but there is no program %s on PATH", kind, kind)
		return s.listFolder(root)
	}
	status, err := control.Status(ctx, root)
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		found.add("source", "%s does not say what is committed: %s", kind, oneLine(err))
		return s.listFolder(root)
	}
	if status.Uncommitted || status.Revision == "" {
		found.addUnclean(ctx, kind, root)
	}
	files, err := control.ListFiles(ctx, root)
	if err != nil {
		return err
	}
	for _, file := range files {
		s.files = append(s.files, sourceFile{path: file, name: filepath.Join(root, filepath.FromSlash(file))})
	}
	if !slices.Contains(files, "LICENSE") && filepath.Clean(root) != filepath.Clean(control.Root()) {
		if err := s.addLicense(ctx, control, found); err != nil {
			return err
		}
	}
	s.metadata = &modregistry.Metadata{VCSType: kind, VCSCommit: status.Revision, VCSCommitTime: status.CommitTime}
	return nil
}

// addLicense gives a module without a licence that of its repository.
func (s *source) addLicense(ctx context.Context, control vcs.VCS, found *findings) error {
	name := filepath.Join(control.Root(), "LICENSE")
	info, err := os.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		found.addAt("source", []rpc.Position{{File: name}}, "%s is no regular file: the module would get it as its licence", name)
		return nil
	}
	status, err := control.Status(ctx, name)
	if err != nil {
		return err
	}
	if status.Uncommitted {
		found.addAt("source", []rpc.Position{{File: name}}, "%s is not committed: the module gets it as its licence", name)
	}
	s.files = append(s.files, sourceFile{path: "LICENSE", name: name})
	return nil
}

// addUnclean names what is not committed.
func (f *findings) addUnclean(ctx context.Context, kind, root string) {
	var changed []string
	if kind == "git" {
		status := exec.CommandContext(ctx, "git", "status", "--porcelain", "-z", "--no-renames", "--", ".")
		status.Dir = root
		if out, err := status.Output(); err == nil {
			for line := range strings.SplitSeq(strings.TrimSuffix(string(out), "\x00"), "\x00") {
				if len(line) > 3 {
					changed = append(changed, line[3:])
				}
			}
		}
	}
	rest := ""
	if len(changed) > uncleanNamed {
		changed, rest = changed[:uncleanNamed], " and more"
	}
	named := ""
	if len(changed) > 0 {
		named = " (" + strings.Join(changed, ", ") + rest + ")"
	}
	f.add("source", "not everything is committed%s: commit it, or remove it, so that the version says which files it has", named)
}

func oneLine(err error) string {
	return strings.Join(strings.Fields(err.Error()), " ")
}
