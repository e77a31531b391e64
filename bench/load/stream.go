package main

import (
	"crypto/tls"
	"net"
	"syscall"
	"time"
)

// patience is how long a server may hang before the run ends instead of stopping with it.
const patience = 30 * time.Second

// stream is what HTTP is spoken over.
type stream interface {
	read(into []byte) (int, error)
	write(all []byte) error
	// drop takes at most limit bytes off the stream.
	drop(limit int) (int, error)
	// close ends it, so that a server that stops need not wait.
	close()
}

// plain is a blocking socket.
type plain int

func openPlain(address string) (stream, error) {
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
		syscall.Close(socket)
		return nil, err
	}
	limit := syscall.NsecToTimeval(patience.Nanoseconds())
	syscall.SetsockoptTimeval(socket, syscall.SOL_SOCKET, syscall.SO_RCVTIMEO, &limit)
	syscall.SetsockoptTimeval(socket, syscall.SOL_SOCKET, syscall.SO_SNDTIMEO, &limit)
	syscall.SetsockoptInt(socket, syscall.IPPROTO_TCP, syscall.TCP_NODELAY, 1)
	return plain(socket), nil
}

func (p plain) read(into []byte) (int, error) {
	return retried(func() (int, error) { return syscall.Read(int(p), into) })
}

func (p plain) write(all []byte) error {
	for len(all) > 0 {
		n, err := retried(func() (int, error) { return syscall.Write(int(p), all) })
		if err != nil {
			return err
		}
		all = all[n:]
	}
	return nil
}

func (p plain) drop(limit int) (int, error) {
	return retried(func() (int, error) { return drop(int(p), limit) })
}

func (p plain) close() { syscall.Close(int(p)) }

// retried repeats a system call that a signal to this process interrupted.
func retried(call func() (int, error)) (int, error) {
	for {
		if n, err := call(); err != syscall.EINTR {
			return n, err
		}
	}
}

// secured is TLS. What it drops it has to decrypt, into waste.
type secured struct {
	*tls.Conn
	waste []byte
}

// openTLS trusts every certificate: that of the run is made for it, and loopback is all it is shown on.
func openTLS(address string) (stream, error) {
	dialer := &net.Dialer{Timeout: patience}
	conn, err := tls.DialWithDialer(dialer, "tcp4", address, &tls.Config{InsecureSkipVerify: true, NextProtos: []string{"http/1.1"}})
	if err != nil {
		return nil, err
	}
	return &secured{conn, make([]byte, 256<<10)}, nil
}

func (s *secured) read(into []byte) (int, error) {
	s.SetDeadline(time.Now().Add(patience))
	return s.Read(into)
}

func (s *secured) write(all []byte) error {
	s.SetDeadline(time.Now().Add(patience))
	_, err := s.Write(all)
	return err
}

func (s *secured) drop(limit int) (int, error) { return s.read(s.waste[:min(limit, len(s.waste))]) }

func (s *secured) close() { s.Close() }
