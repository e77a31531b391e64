package main

import (
	"syscall"
	"unsafe"
)

var nowhere [1]byte

// drop takes up to limit bytes off a socket without copying them (tcp(7), MSG_TRUNC).
func drop(socket int, limit int) (int, error) {
	n, _, errno := syscall.Syscall6(
		syscall.SYS_RECVFROM, uintptr(socket), uintptr(unsafe.Pointer(&nowhere[0])), uintptr(limit), syscall.MSG_TRUNC, 0, 0,
	)
	if errno != 0 {
		return 0, errno
	}
	return int(n), nil
}
