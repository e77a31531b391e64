package main

import (
	"fmt"
	"strings"
)

// filler makes repositories that have one blob, the same in all, and a manifest of their own under the tag v1.
type filler struct {
	names []string
	blob  *blobs
	size  int64
	// manifest has {repository} where the name of the repository goes.
	manifest string
}

func (f *filler) open(to target) (worker, error) {
	c, err := dial(to)
	if err != nil {
		return nil, err
	}
	return func(index int) (int64, error) {
		name := f.names[index]
		if err := c.pushBlob(to, pushOptions{repository: name, size: f.size}, f.blob, 0); err != nil {
			return 0, err
		}
		body := []byte(strings.ReplaceAll(f.manifest, "{repository}", name))
		head := fmt.Sprintf("%sContent-Type: %s\r\nContent-Length: %d\r\n\r\n",
			to.head("PUT", "/v2/"+name+"/manifests/v1"), manifestType, len(body))
		_, err := c.ask(head, [][]byte{body}, 201)
		return int64(len(body)), err
	}, nil
}
