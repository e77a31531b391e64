package main

import (
	"bytes"
	"fmt"
	"net"
	"strconv"
	"strings"
	"syscall"
)

// connection is a blocking socket with HTTP/1.1 on it.
type connection struct {
	socket int
	buffer []byte
}

type response struct {
	status   int
	location string
}

func dial(address string) (*connection, error) {
	resolved, err := net.ResolveTCPAddr("tcp4", address)
	if err != nil {
		return nil, err
	}
	socket, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	if err != nil {
		return nil, err
	}
	to := &syscall.SockaddrInet4{Port: resolved.Port}
	copy(to.Addr[:], resolved.IP.To4())
	if err := syscall.Connect(socket, to); err != nil {
		return nil, err
	}
	// A server that hangs ends the run instead of stopping it.
	limit := syscall.Timeval{Sec: 30}
	syscall.SetsockoptTimeval(socket, syscall.SOL_SOCKET, syscall.SO_RCVTIMEO, &limit)
	syscall.SetsockoptTimeval(socket, syscall.SOL_SOCKET, syscall.SO_SNDTIMEO, &limit)
	syscall.SetsockoptInt(socket, syscall.IPPROTO_TCP, syscall.TCP_NODELAY, 1)
	return &connection{socket, make([]byte, 64<<10)}, nil
}

// send writes all parts one after the other, without joining them.
func (c *connection) send(parts ...[]byte) error {
	for _, part := range parts {
		for len(part) > 0 {
			n, err := retried(func() (int, error) { return syscall.Write(c.socket, part) })
			if err != nil {
				return err
			}
			part = part[n:]
		}
	}
	return nil
}

// receive reads one response and drops its body; it gives the bytes of the body.
func (c *connection) receive() (response, int64, error) {
	have := 0
	end := -1
	for end < 0 {
		n, err := retried(func() (int, error) { return syscall.Read(c.socket, c.buffer[have:]) })
		if err != nil {
			return response{}, 0, err
		}
		if n == 0 {
			return response{}, 0, fmt.Errorf("the server closed the connection")
		}
		have += n
		end = bytes.Index(c.buffer[:have], []byte("\r\n\r\n"))
	}
	lines := strings.Split(string(c.buffer[:end]), "\r\n")
	var got response
	fmt.Sscanf(lines[0], "HTTP/1.1 %d", &got.status)
	var length int64
	for _, line := range lines[1:] {
		name, value, _ := strings.Cut(line, ":")
		switch strings.ToLower(name) {
		case "content-length":
			length, _ = strconv.ParseInt(strings.TrimSpace(value), 10, 64)
		case "location":
			got.location = strings.TrimSpace(value)
		}
	}
	rest := length - int64(have-end-4)
	for rest > 0 {
		// MSG_TRUNC drops the bytes in the kernel. The length it is given is the most it drops.
		n, err := retried(func() (int, error) { return drop(c.socket, int(min(rest, 8<<20))) })
		if err != nil {
			return got, 0, err
		}
		if n == 0 {
			return got, 0, fmt.Errorf("the body broke off")
		}
		rest -= int64(n)
	}
	return got, length, nil
}

// ask sends a request and reads the response, whose status must be the wanted one.
func (c *connection) ask(head string, body [][]byte, want int) (response, error) {
	parts := append([][]byte{[]byte(head)}, body...)
	// A small body goes in the same segment as its head.
	if len(body) > 0 && len(body[0]) < 1024 {
		parts[1] = append(parts[0], body[0]...)
		parts = parts[1:]
	}
	if err := c.send(parts...); err != nil {
		return response{}, err
	}
	got, _, err := c.receive()
	if err == nil && got.status != want {
		err = fmt.Errorf("status %d instead of %d for %s", got.status, want, strings.SplitN(head, "\r\n", 2)[0])
	}
	return got, err
}

// retried repeats a system call that a signal to this process interrupted.
func retried(call func() (int, error)) (int, error) {
	for {
		if n, err := call(); err != syscall.EINTR {
			return n, err
		}
	}
}
