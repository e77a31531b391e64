package store

import (
	"fmt"
	"io/fs"
	"syscall"
)

// stamp is what changes when somebody writes to a file, without reading it.
func stamp(info fs.FileInfo) string {
	s := fmt.Sprintf("%d %d", info.Size(), info.ModTime().UnixNano())
	if sys, ok := info.Sys().(*syscall.Stat_t); ok {
		s += fmt.Sprintf(" %d %d.%09d", sys.Ino, sys.Ctimespec.Sec, sys.Ctimespec.Nsec)
	}
	return s
}
