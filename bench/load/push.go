package main

import (
	"crypto/sha256"
	"encoding"
	"fmt"
	"math/rand/v2"
	"net/url"
	"strings"
)

type pushOptions struct {
	repository string
	size       int64
	// chunk is the bytes of a PATCH; 0 sends the blob with the PUT.
	chunk int64
	seed  string
}

// blobs are made of one random block each, repeated, with an end of their own: no two are equal, and what they share is hashed once.
type blobs struct {
	block   []byte
	tails   [][]byte
	size    int64
	digests []string
}

const (
	blockSize = 16 << 20
	tailSize  = 64
)

// newBlobs computes the digests before the clock starts.
func newBlobs(options pushOptions, count int) *blobs {
	block := make([]byte, min(options.size, blockSize))
	rand.NewChaCha8([32]byte([]byte(fmt.Sprintf("%-32.32s", digestOf([]byte(options.seed))[7:])))).Read(block)
	made := &blobs{block: block, size: options.size}
	for i := range count {
		text := fmt.Sprintf("%-*.*s", tailSize, tailSize, fmt.Sprintf("%d %s", i, options.seed))
		made.tails = append(made.tails, []byte(text[:min(tailSize, options.size)]))
	}
	shared := sha256.New()
	for _, part := range made.parts(0, 0, options.size-min(tailSize, options.size)) {
		shared.Write(part)
	}
	state, _ := shared.(encoding.BinaryMarshaler).MarshalBinary()
	for _, tail := range made.tails {
		hash := sha256.New()
		hash.(encoding.BinaryUnmarshaler).UnmarshalBinary(state)
		hash.Write(tail)
		made.digests = append(made.digests, fmt.Sprintf("sha256:%x", hash.Sum(nil)))
	}
	return made
}

// wholeBlob is one blob as it stands.
func wholeBlob(body []byte) *blobs {
	return &blobs{body, [][]byte{nil}, int64(len(body)), []string{digestOf(body)}}
}

// parts gives the bytes from start to end of a blob as pieces of shared memory.
func (b *blobs) parts(index int, start, end int64) [][]byte {
	var parts [][]byte
	tail := b.tails[index]
	shared := b.size - int64(len(tail))
	for start < end {
		var part []byte
		if start < shared {
			part = b.block[start%int64(len(b.block)):]
			part = part[:min(int64(len(part)), shared-start)]
		} else {
			part = tail[start-shared:]
		}
		part = part[:min(int64(len(part)), end-start)]
		parts = append(parts, part)
		start += int64(len(part))
	}
	return parts
}

func newPusher(to target, options pushOptions, content *blobs) (worker, error) {
	c, err := dial(to)
	if err != nil {
		return nil, err
	}
	return func(index int) (int64, error) {
		return options.size, c.pushBlob(to, options, content, index%len(content.tails))
	}, nil
}

// pushBlob opens an upload, sends chunks where there are some, and closes it with what is left.
func (c *connection) pushBlob(to target, options pushOptions, content *blobs, index int) error {
	got, err := c.ask(to.head("POST", "/v2/"+options.repository+"/blobs/uploads/")+"Content-Length: 0\r\n\r\n", nil, 202)
	if err != nil {
		return err
	}
	sent := int64(0)
	for options.chunk > 0 && sent < options.size {
		end := min(sent+options.chunk, options.size)
		head := fmt.Sprintf("%sContent-Type: application/octet-stream\r\nContent-Range: %d-%d\r\nContent-Length: %d\r\n\r\n",
			to.head("PATCH", relative(got.location)), sent, end-1, end-sent)
		if got, err = c.ask(head, content.parts(index, sent, end), 202); err != nil {
			return err
		}
		sent = end
	}
	head := fmt.Sprintf("%sContent-Type: application/octet-stream\r\nContent-Length: %d\r\n\r\n",
		to.head("PUT", closing(got.location, content.digests[index])), options.size-sent)
	_, err = c.ask(head, content.parts(index, sent, options.size), 201)
	return err
}

// closing gives the path that closes an upload.
func closing(location, digest string) string {
	path := relative(location)
	separator := "?"
	if strings.Contains(path, "?") {
		separator = "&"
	}
	return path + separator + "digest=" + url.QueryEscape(digest)
}

// relative drops scheme and host of an absolute location.
func relative(location string) string {
	parsed, err := url.Parse(location)
	if err != nil {
		return location
	}
	return parsed.RequestURI()
}
