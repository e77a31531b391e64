package evaluate

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/build"
	"cuelang.org/go/cue/cuecontext"
	"cuelang.org/go/cue/load"

	"cuelang.org/go/opm-cue/internal/modfiles"
	"cuelang.org/go/opm-cue/internal/rpc"
)

// PublishedParams say which files of a module are published, relative to its root with slashes.
type PublishedParams struct {
	Root  string   `json:"root"`
	Files []string `json:"files"`
}

// Published is what the packages of a module lack where only the published files are.
type Published struct {
	Diagnostics []rpc.Diagnostic `json:"diagnostics"`
	Notes       []string         `json:"notes"`
}

// published looks whether the published files of a module evaluate as all of it does here. A file that stays behind and is embedded, or without
// which a package has errors or values that are not concrete any more, is a finding.
func (s *source) published(params PublishedParams) (*Published, error) {
	c := &publishing{source: s, files: map[string]bool{}, result: Published{Diagnostics: []rpc.Diagnostic{}, Notes: []string{}}}
	for _, name := range params.Files {
		c.files[name] = true
	}
	lacking := map[string][]string{}
	var insts []*build.Instance
	for _, inst := range s.loadAll(nil) {
		if inst.Err != nil || !c.hasPublished(inst) {
			continue
		}
		c.findEmbedded(inst)
		c.noteLocal(inst)
		if left := c.leftBehind(inst); len(left) > 0 {
			insts = append(insts, inst)
			lacking[inst.ImportPath] = left
		}
	}
	if len(insts) == 0 {
		return &c.result, nil
	}
	without, err := c.loadPublished(insts)
	if err != nil {
		return nil, err
	}
	for i, inst := range insts {
		for _, name := range lacking[inst.ImportPath] {
			if isWorse(verdictOf(inst), verdictOf(without[i])) {
				c.refuse(name, "the package %s needs %s", inst.ImportPath, name)
			} else if c.link(name) == "" {
				c.note("%s is left out (%s): others have the package %s without it", name, c.why(name), inst.ImportPath)
			}
		}
	}
	return &c.result, nil
}

// publishing is one look at what is published.
type publishing struct {
	*source
	files  map[string]bool
	result Published
}

// own returns the name of a file of the module, relative to its root. What is in cue.mod is for the module alone, and consumers never get it.
func (c *publishing) own(name string) (string, bool) {
	relative, err := filepath.Rel(c.root, name)
	slashed := filepath.ToSlash(relative)
	return slashed, err == nil && filepath.IsLocal(relative) && !strings.HasPrefix(slashed, "cue.mod/")
}

// hasPublished says that a package is one for others as well. Files of folders above belong to it, and do not make it one.
func (c *publishing) hasPublished(inst *build.Instance) bool {
	return slices.ContainsFunc(inst.BuildFiles, func(file *build.File) bool {
		name, ok := c.own(file.Filename)
		return ok && c.files[name] && filepath.Dir(file.Filename) == inst.Dir
	})
}

// leftBehind returns the files of a package, and of those of the module that it imports, which are not published.
func (c *publishing) leftBehind(inst *build.Instance) []string {
	var left []string
	for _, one := range append([]*build.Instance{inst}, inst.Dependencies()...) {
		for _, file := range one.BuildFiles {
			if name, ok := c.own(file.Filename); ok && !c.files[name] && !slices.Contains(left, name) {
				left = append(left, name)
			}
		}
	}
	return left
}

// findEmbedded refuses files that a published file embeds and that are not published.
func (c *publishing) findEmbedded(inst *build.Instance) {
	for _, one := range append([]*build.Instance{inst}, inst.Dependencies()...) {
		for _, file := range one.Files {
			source, ok := c.own(file.Filename)
			if !ok || !c.files[source] {
				continue
			}
			for _, embedded := range embeddedBy(c.root, source, file) {
				if !c.files[embedded] {
					c.refuse(embedded, "%s embeds %s", source, embedded)
				}
			}
		}
	}
}

// noteLocal tells of packages in cue.mod that are used, where their folder does not come along, of which packing tells.
func (c *publishing) noteLocal(inst *build.Instance) {
	for _, dep := range inst.Dependencies() {
		for _, file := range dep.BuildFiles {
			relative, err := filepath.Rel(c.root, file.Filename)
			if name := filepath.ToSlash(relative); err == nil && dep.ModuleVersion.IsLocal() && !c.files[name] {
				c.note("%s is for this module alone: whoever imports the module does not get it", path.Dir(name))
			}
		}
	}
}

func (c *publishing) refuse(name, format string, args ...any) {
	d := rpc.Diagnostic{
		Check: "files", Positions: []rpc.Position{{File: name}},
		Message: fmt.Sprintf(format, args...) + ", which is not published: " + c.why(name) + "; " + c.remedy(name),
	}
	if !slices.ContainsFunc(c.result.Diagnostics, func(other rpc.Diagnostic) bool { return other.Positions[0] == d.Positions[0] }) {
		c.result.Diagnostics = append(c.result.Diagnostics, d)
	}
}

func (c *publishing) note(format string, args ...any) {
	if text := fmt.Sprintf(format, args...); !slices.Contains(c.result.Notes, text) {
		c.result.Notes = append(c.result.Notes, text)
	}
}

func (c *publishing) why(name string) string {
	if c.link(name) != "" {
		return c.link(name) + " is a symbolic link"
	}
	return "git does not track it"
}

func (c *publishing) remedy(name string) string {
	if c.link(name) != "" {
		return "put a copy in the place of the link"
	}
	return "commit it, with 'git add -f' where it is ignored"
}

// link returns the part of a path that is a symbolic link.
func (c *publishing) link(name string) string {
	for part := name; part != "."; part = path.Dir(part) {
		if info, err := os.Lstat(filepath.Join(c.root, filepath.FromSlash(part))); err == nil && info.Mode()&fs.ModeSymlink != 0 {
			return part
		}
	}
	return ""
}

// loadPublished loads the same packages as whoever gets the published files.
func (c *publishing) loadPublished(insts []*build.Instance) ([]*build.Instance, error) {
	var found []*build.Instance
	files := publishedFS{FullFS: os.DirFS(c.root).(modfiles.FullFS), files: c.files}
	for _, inst := range insts {
		relative, err := filepath.Rel(c.root, inst.Dir)
		if err != nil {
			return nil, err
		}
		pattern := "./" + filepath.ToSlash(relative) + ":" + inst.PkgName
		loaded := load.Instances([]string{pattern}, &load.Config{FS: files, Dir: "/", ModuleRoot: "/", Registry: c.registry, Env: []string{}})[0]
		if failure, ok := rpc.Find(c.ctx, loaded.Err); ok {
			return nil, failure
		}
		found = append(found, loaded)
	}
	return found, nil
}

// verdict is how far a package evaluates.
type verdict int

const (
	hasErrors verdict = iota
	isIncomplete
	isConcrete
)

func verdictOf(inst *build.Instance) verdict {
	if inst.Err != nil {
		return hasErrors
	}
	value := cuecontext.New().BuildInstance(inst)
	if value.Validate(cue.Attributes(true), cue.Definitions(true), cue.Hidden(true)) != nil {
		return hasErrors
	}
	if value.Validate(cue.Concrete(true)) != nil {
		return isIncomplete
	}
	return isConcrete
}

func isWorse(here, there verdict) bool { return there < here }
