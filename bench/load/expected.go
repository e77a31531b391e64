package main

import (
	"crypto/sha256"
	"fmt"
	"os"
	"strings"
)

// expected is a resource and what it has to be.
type expected struct {
	path   string
	digest string
}

// readExpected reads a file with a path and a digest on each line.
func readExpected(file string) ([]expected, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var list []expected
	for line := range strings.Lines(string(text)) {
		path, digest, found := strings.Cut(strings.TrimSpace(line), " ")
		if !found {
			return nil, fmt.Errorf("%s: expected a path and a digest, not %q", file, line)
		}
		list = append(list, expected{path, digest})
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("%s is empty", file)
	}
	return list, nil
}

// get asks for a resource and holds its bytes against the digest.
func (c *connection) get(to target, want expected) error {
	if err := c.send([]byte(to.head("GET", want.path) + "Accept: " + to.accept + "\r\n\r\n")); err != nil {
		return err
	}
	got, body, err := c.receiveBody()
	if err != nil {
		return err
	}
	if got.status != 200 {
		return fmt.Errorf("status %d for GET %s", got.status, want.path)
	}
	if digest := digestOf(body); digest != want.digest {
		return fmt.Errorf("GET %s gave %d bytes with the digest %s instead of %s", want.path, len(body), digest, want.digest)
	}
	return nil
}

// head asks whether a resource is there, and under which digest.
func (c *connection) head(to target, want expected) error {
	if err := c.send([]byte(to.head("HEAD", want.path) + "Accept: " + to.accept + "\r\n\r\n")); err != nil {
		return err
	}
	got, _, err := c.receiveHead("HEAD")
	if err == nil && got.status != 200 {
		err = fmt.Errorf("status %d for HEAD %s", got.status, want.path)
	}
	// A registry may leave the header out (section "Checking if content exists"); a wrong one is an error.
	if err == nil && got.digest != "" && got.digest != want.digest {
		err = fmt.Errorf("HEAD %s gave the digest %s instead of %s", want.path, got.digest, want.digest)
	}
	return err
}

func digestOf(body []byte) string {
	return fmt.Sprintf("sha256:%x", sha256.Sum256(body))
}
