package main

import (
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"net/url"
	"strings"
)

type pushOptions struct {
	repository    string
	size          int64
	chunk         int64
	seed          string
	authorization string
}

// blobs are made of one random block each, repeated, after a head of their own: no two are equal.
type blobs struct {
	heads   [][]byte
	block   []byte
	digests []string
}

const blockSize = 16 << 20

// newBlobs computes the digests before the clock starts.
func newBlobs(options pushOptions, count int) *blobs {
	block := make([]byte, min(options.size, blockSize))
	rand.NewChaCha8([32]byte([]byte(fmt.Sprintf("%-32.32s", options.seed)))).Read(block)
	made := &blobs{block: block}
	for i := range count {
		head := []byte(fmt.Sprintf("%-64.64s", fmt.Sprintf("%s %d", options.seed, i)))
		hash := sha256.New()
		made.heads = append(made.heads, head)
		for _, part := range made.parts(i, 0, options.size) {
			hash.Write(part)
		}
		made.digests = append(made.digests, fmt.Sprintf("sha256:%x", hash.Sum(nil)))
	}
	return made
}

// parts gives the bytes from start to end of a blob as pieces of shared memory.
func (b *blobs) parts(index int, start, end int64) [][]byte {
	var parts [][]byte
	size := int64(len(b.block))
	for start < end {
		var part []byte
		if start < int64(len(b.heads[index])) {
			part = b.heads[index][start:]
		} else {
			part = b.block[start%size:]
		}
		part = part[:min(int64(len(part)), end-start)]
		parts = append(parts, part)
		start += int64(len(part))
	}
	return parts
}

func newPusher(address string, options pushOptions, content *blobs) (worker, error) {
	c, err := dial(address)
	if err != nil {
		return nil, err
	}
	common := " HTTP/1.1\r\nHost: " + address + "\r\n"
	if options.authorization != "" {
		common += "Authorization: " + options.authorization + "\r\n"
	}
	return func(index int) (int64, error) {
		got, err := c.ask("POST /v2/"+options.repository+"/blobs/uploads/"+common+"Content-Length: 0\r\n\r\n", nil, 202)
		if err != nil {
			return 0, err
		}
		sent := int64(0)
		for options.chunk > 0 && sent < options.size {
			end := min(sent+options.chunk, options.size)
			head := fmt.Sprintf("PATCH %s%sContent-Type: application/octet-stream\r\nContent-Range: %d-%d\r\nContent-Length: %d\r\n\r\n",
				relative(got.location), common, sent, end-1, end-sent)
			if got, err = c.ask(head, content.parts(index, sent, end), 202); err != nil {
				return 0, err
			}
			sent = end
		}
		target := relative(got.location)
		separator := "?"
		if strings.Contains(target, "?") {
			separator = "&"
		}
		head := fmt.Sprintf("PUT %s%sdigest=%s%sContent-Type: application/octet-stream\r\nContent-Length: %d\r\n\r\n",
			target, separator, url.QueryEscape(content.digests[index]), common, options.size-sent)
		_, err = c.ask(head, content.parts(index, sent, options.size), 201)
		return options.size, err
	}, nil
}

// relative drops scheme and host of an absolute location.
func relative(location string) string {
	parsed, err := url.Parse(location)
	if err != nil {
		return location
	}
	return parsed.RequestURI()
}
