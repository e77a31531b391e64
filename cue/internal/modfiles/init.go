package modfiles

import (
	"cuelang.org/go/mod/modfile"
	"cuelang.org/go/mod/module"

	"cuelang.org/go/opm-cue/internal/rpc"
)

// Init returns a new module.cue, as `cue mod init` writes it. Without a language version it has cue's own, without a source none.
func Init(path, source, language string) ([]byte, error) {
	if err := module.CheckPath(path); err != nil {
		return nil, rpc.Errorf(rpc.Invalid, "%w", err)
	}
	version, err := languageVersion(language)
	if err != nil {
		return nil, err
	}
	file := &modfile.File{Module: path, Language: &modfile.Language{Version: version}}
	if source != "" {
		file.Source = &modfile.Source{Kind: source}
		if err := file.Source.Validate(); err != nil {
			return nil, rpc.Errorf(rpc.Invalid, `%w: a source is "self" or "git"`, err)
		}
	}
	text, err := modfile.Format(file)
	if err != nil {
		return nil, rpc.Errorf(rpc.Invalid, "%w", err)
	}
	return text, nil
}
