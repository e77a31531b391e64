package main

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
)

// connection speaks HTTP/1.1 over a stream.
type connection struct {
	stream
	buffer []byte
}

type response struct {
	status   int
	location string
	// digest is the value of Docker-Content-Digest.
	digest string
	// length is the value of Content-Length, that of a HEAD too.
	length int64
}

// target says where a server is.
type target struct {
	// address is host:port.
	address string
	tls     bool
	// authorization is the value of the Authorization header; empty: none is sent.
	authorization string
	// accept is the value of the Accept header of manifests.
	accept string
}

func dial(to target) (*connection, error) {
	open := openPlain
	if to.tls {
		open = openTLS
	}
	over, err := open(to.address)
	if err != nil {
		return nil, err
	}
	return &connection{over, make([]byte, 64<<10)}, nil
}

// head gives the first lines of a request, without the empty line that ends them.
func (t target) head(method, path string) string {
	text := method + " " + path + " HTTP/1.1\r\nHost: " + t.address + "\r\n"
	if t.authorization != "" {
		text += "Authorization: " + t.authorization + "\r\n"
	}
	return text
}

// send writes all parts one after the other, without joining them.
func (c *connection) send(parts ...[]byte) error {
	for _, part := range parts {
		if err := c.write(part); err != nil {
			return err
		}
	}
	return nil
}

// receive reads one response and drops its body; it gives the bytes of the body.
func (c *connection) receive() (response, int64, error) {
	got, body, err := c.receiveHead("GET")
	if err != nil {
		return got, 0, err
	}
	rest := got.length - int64(len(body))
	for rest > 0 {
		n, err := c.drop(int(min(rest, 8<<20)))
		if err != nil {
			return got, 0, err
		}
		if n == 0 {
			return got, 0, fmt.Errorf("the body broke off")
		}
		rest -= int64(n)
	}
	return got, got.length, nil
}

// receiveBody reads one response with its body, which has to fit beside the head.
func (c *connection) receiveBody() (response, []byte, error) {
	got, body, err := c.receiveHead("GET")
	if err != nil {
		return got, nil, err
	}
	if got.length > int64(cap(body)) {
		return got, nil, fmt.Errorf("a body of %d bytes is more than is kept", got.length)
	}
	have := len(body)
	body = body[:got.length]
	for have < len(body) {
		n, err := c.read(body[have:])
		if err != nil {
			return got, nil, err
		}
		if n == 0 {
			return got, nil, fmt.Errorf("the body broke off")
		}
		have += n
	}
	return got, body, nil
}

// receiveHead reads the head of a response and gives what came of the body with it: all of it where that is in chunks.
// The response to a HEAD has none, whatever its head says.
func (c *connection) receiveHead(method string) (response, []byte, error) {
	have := 0
	end := -1
	for end < 0 {
		n, err := c.read(c.buffer[have:])
		if err != nil {
			return response{}, nil, err
		}
		if n == 0 {
			return response{}, nil, fmt.Errorf("the server closed the connection")
		}
		have += n
		end = bytes.Index(c.buffer[:have], []byte("\r\n\r\n"))
	}
	lines := strings.Split(string(c.buffer[:end]), "\r\n")
	var got response
	fmt.Sscanf(lines[0], "HTTP/1.1 %d", &got.status)
	coded := false
	for _, line := range lines[1:] {
		name, value, _ := strings.Cut(line, ":")
		switch strings.ToLower(name) {
		case "content-length":
			got.length, _ = strconv.ParseInt(strings.TrimSpace(value), 10, 64)
		case "transfer-encoding":
			coded = true
		case "location":
			got.location = strings.TrimSpace(value)
		case "docker-content-digest":
			got.digest = strings.TrimSpace(value)
		}
	}
	body := c.buffer[end+4 : have]
	if coded && method != "HEAD" {
		var err error
		if body, err = c.decode(body); err != nil {
			return got, nil, err
		}
		got.length = int64(len(body))
	}
	return got, body, nil
}

// decode reads a body in chunked transfer coding (RFC 9112, section 7.1) to its end; raw is what came of it, and it has to fit into
// the buffer. Some servers answer pushes with one that is empty.
func (c *connection) decode(raw []byte) ([]byte, error) {
	var body []byte
	at := 0
	for {
		line := bytes.Index(raw[at:], []byte("\r\n"))
		if line >= 0 {
			size, err := strconv.ParseUint(string(raw[at:at+line]), 16, 31)
			if err != nil {
				return nil, fmt.Errorf("a chunk has the size %q", raw[at:at+line])
			}
			start := at + line + 2
			end := start + int(size)
			if len(raw) >= end+2 {
				if size == 0 {
					return body, nil
				}
				body = append(body, raw[start:end]...)
				at = end + 2
				continue
			}
		}
		if len(raw) == cap(raw) {
			return nil, fmt.Errorf("a body in chunks is longer than is kept")
		}
		n, err := c.read(raw[len(raw):cap(raw)])
		if err != nil {
			return nil, err
		}
		if n == 0 {
			return nil, fmt.Errorf("the body broke off")
		}
		raw = raw[:len(raw)+n]
	}
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
	return c.answer(head, want)
}

// answer reads the response to a request, whose status must be the wanted one.
func (c *connection) answer(head string, want int) (response, error) {
	got, _, err := c.receive()
	if err == nil && got.status != want {
		err = fmt.Errorf("status %d instead of %d for %s", got.status, want, strings.SplitN(head, "\r\n", 2)[0])
	}
	return got, err
}
