package modfiles

import (
	"context"
	"io/fs"
	"path"
	"strings"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/cuecontext"
	"cuelang.org/go/cue/load"
	"cuelang.org/go/mod/modconfig"

	"cuelang.org/go/opm-cue/internal/rpc"
)

// declarations are the folders where a module may say its own version, and the fields that do.
var declarations = []struct {
	folder string
	fields []string
}{
	{".", []string{"metadata.version"}},
	{"identity", []string{"metadata.version", "version"}},
}

// DeclaredVersion returns what a module says about its own version, as it is written; empty where it says none, or where it
// cannot be evaluated, which is not for here to report. registry is asked for only when evaluation is needed.
func DeclaredVersion(ctx context.Context, root string, files fs.FS, registry func() (modconfig.Registry, error)) (string, error) {
	evaluate := false
	for _, place := range declarations {
		version, some := literalVersion(files, place.folder, place.fields)
		if version != "" {
			return version, nil
		}
		evaluate = evaluate || some
	}
	if !evaluate {
		return "", nil
	}
	reg, err := registry()
	if err != nil {
		return "", err
	}
	for _, place := range declarations {
		version, err := evaluatedVersion(ctx, root, place.folder, place.fields, reg)
		if version != "" || err != nil {
			return version, err
		}
	}
	return "", nil
}

// literalVersion looks for a string that files of a folder have at one of the paths, and says whether there is any file.
func literalVersion(files fs.FS, folder string, fields []string) (version string, some bool) {
	entries, err := fs.ReadDir(files, folder)
	if err != nil {
		return "", false
	}
	for _, entry := range entries {
		name := entry.Name()
		if !strings.HasSuffix(name, ".cue") || strings.HasPrefix(name, "_") || strings.HasPrefix(name, ".") || strings.HasSuffix(name, "_test.cue") || strings.HasSuffix(name, "_tool.cue") {
			continue
		}
		text, err := fs.ReadFile(files, path.Join(folder, name))
		if err != nil {
			continue
		}
		some = true
		d, err := parseDocument(name, text)
		if err != nil {
			continue
		}
		for _, field := range fields {
			if version, at := d.stringAt(strings.Split(field, ".")...); at != nil {
				return version, true
			}
		}
	}
	return "", some
}

func evaluatedVersion(ctx context.Context, root, folder string, fields []string, reg modconfig.Registry) (string, error) {
	instances := load.Instances([]string{"./" + folder}, &load.Config{Dir: root, ModuleRoot: root, Registry: reg})
	for _, instance := range instances {
		if instance.Err != nil {
			if e, ok := rpc.Find(ctx, instance.Err); ok && (e.Code == rpc.Network || e.Code == rpc.Permission) {
				return "", e
			}
			continue
		}
		value := cuecontext.New().BuildInstance(instance)
		for _, field := range fields {
			found, _ := value.LookupPath(cue.ParsePath(field)).Default()
			if version, err := found.String(); err == nil {
				return version, nil
			}
		}
	}
	return "", nil
}
