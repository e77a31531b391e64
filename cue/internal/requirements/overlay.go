package requirements

import (
	"bytes"
	"io/fs"
	"time"

	"cuelang.org/go/opm-cue/internal/modfiles"
)

// overlay is the folder of a module with another module.cue.
type overlay struct {
	fs.FS
	text []byte
}

// Open implements [fs.FS].
func (o overlay) Open(name string) (fs.File, error) {
	if name == modfiles.ModuleFile {
		return &openText{bytes.NewReader(o.text)}, nil
	}
	return o.FS.Open(name)
}

// openText is an open file whose content is in memory.
type openText struct{ *bytes.Reader }

func (t *openText) Stat() (fs.FileInfo, error) { return textInfo(t.Size()), nil }
func (t *openText) Close() error               { return nil }

// textInfo is the size of a file in memory.
type textInfo int64

func (i textInfo) Name() string       { return "module.cue" }
func (i textInfo) Size() int64        { return int64(i) }
func (i textInfo) Mode() fs.FileMode  { return 0o444 }
func (i textInfo) ModTime() time.Time { return time.Time{} }
func (i textInfo) IsDir() bool        { return false }
func (i textInfo) Sys() any           { return nil }
