package main

import (
	"encoding/json"
	"fmt"
	"sync"
)

const manifestType = "application/vnd.oci.image.manifest.v1+json"

type descriptor struct {
	MediaType string `json:"mediaType"`
	Digest    string `json:"digest"`
	Size      int64  `json:"size"`
}

// imageContent are images that differ in every blob.
type imageContent struct {
	repository string
	// layers holds the contents of the layers by their place in an image; configs those of all images.
	layers    []*blobs
	sizes     []int64
	configs   *blobs
	manifests [][]byte
	tags      []string
}

// configSize is what the configuration of an image takes, give or take.
const configSize = 4 << 10

// newImages computes all digests before the clock starts.
func newImages(repository, seed string, sizes []int64, count int) *imageContent {
	made := &imageContent{repository: repository, sizes: sizes}
	made.configs = newBlobs(pushOptions{size: configSize, seed: "c " + seed}, count)
	for place, size := range sizes {
		made.layers = append(made.layers, newBlobs(pushOptions{size: size, seed: fmt.Sprintf("%d %s", place, seed)}, count))
	}
	for i := range count {
		layers := []descriptor{}
		for place, size := range sizes {
			layers = append(layers, descriptor{"application/vnd.oci.image.layer.v1.tar", made.layers[place].digests[i], size})
		}
		body, _ := json.Marshal(map[string]any{
			"schemaVersion": 2,
			"mediaType":     manifestType,
			"config":        descriptor{"application/vnd.oci.image.config.v1+json", made.configs.digests[i], configSize},
			"layers":        layers,
		})
		made.manifests = append(made.manifests, body)
		made.tags = append(made.tags, digestOf(body)[7:27])
	}
	return made
}

// newImagePusher gives a worker that pushes one image after the other, each over all of its connections.
func newImagePusher(to target, images *imageContent, connections int) (worker, error) {
	over := make([]*connection, connections)
	for i := range over {
		var err error
		if over[i], err = dial(to); err != nil {
			return nil, err
		}
	}
	bytes := int64(configSize)
	for _, size := range images.sizes {
		bytes += size
	}
	return func(index int) (int64, error) { return bytes, images.pushAll(to, over, index) }, nil
}

// pushAll pushes an image as docker does: layers over all connections at once, then the configuration, then the manifest.
func (m *imageContent) pushAll(to target, over []*connection, index int) error {
	places := make(chan int, len(m.layers))
	// The largest first would be quicker; docker takes them in the order of the image.
	for place := range m.layers {
		places <- place
	}
	close(places)
	failures := make([]error, len(over))
	var group sync.WaitGroup
	for i, c := range over {
		group.Go(func() {
			for place := range places {
				if failures[i] == nil {
					failures[i] = c.pushLayer(to, m.repository, m.layers[place], m.sizes[place], index)
				}
			}
		})
	}
	group.Wait()
	for _, err := range failures {
		if err != nil {
			return err
		}
	}
	c := over[0]
	if err := c.pushLayer(to, m.repository, m.configs, configSize, index); err != nil {
		return err
	}
	head := fmt.Sprintf("%sContent-Type: %s\r\nContent-Length: %d\r\n\r\n",
		to.head("PUT", m.manifestPath(index)), manifestType, len(m.manifests[index]))
	_, err := c.ask(head, [][]byte{m.manifests[index]}, 201)
	return err
}

// pushLayer asks whether the blob is there, sends it in one PATCH with chunked encoding, closes the upload and asks again.
func (c *connection) pushLayer(to target, repository string, content *blobs, size int64, index int) error {
	digest := content.digests[index]
	path := "/v2/" + repository + "/blobs/" + digest
	if err := c.exists(to, path, 404, 0); err != nil {
		return err
	}
	got, err := c.ask(to.head("POST", "/v2/"+repository+"/blobs/uploads/")+"Content-Length: 0\r\n\r\n", nil, 202)
	if err != nil {
		return err
	}
	head := to.head("PATCH", relative(got.location)) + "Content-Type: application/octet-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
	if err = c.sendChunked(head, content.parts(index, 0, size)); err != nil {
		return err
	}
	if got, err = c.answer(head, 202); err != nil {
		return err
	}
	if _, err = c.ask(to.head("PUT", closing(got.location, digest))+"Content-Length: 0\r\n\r\n", nil, 201); err != nil {
		return err
	}
	return c.exists(to, path, 200, size)
}

// chunkSize is what Go's HTTP client, and docker with it, puts into one chunk.
const chunkSize = 32 << 10

// sendChunked sends a request whose body is in chunked transfer coding (RFC 9112, section 7.1), a chunk a write.
func (c *connection) sendChunked(head string, parts [][]byte) error {
	chunk := append(make([]byte, 0, chunkSize+len(head)+32), head...)
	for _, part := range parts {
		for len(part) > 0 {
			size := min(len(part), chunkSize)
			chunk = fmt.Appendf(chunk, "%x\r\n", size)
			chunk = append(append(chunk, part[:size]...), "\r\n"...)
			if err := c.write(chunk); err != nil {
				return err
			}
			chunk, part = chunk[:0], part[size:]
		}
	}
	return c.write(append(chunk, "0\r\n\r\n"...))
}

// exists asks for a blob with HEAD and holds status and length against what they have to be.
func (c *connection) exists(to target, path string, status int, size int64) error {
	if err := c.send([]byte(to.head("HEAD", path) + "\r\n")); err != nil {
		return err
	}
	got, _, err := c.receiveHead("HEAD")
	if err == nil && got.status != status {
		err = fmt.Errorf("status %d instead of %d for HEAD %s", got.status, status, path)
	}
	if err == nil && status == 200 && got.length != size {
		err = fmt.Errorf("HEAD %s gave the length %d instead of %d", path, got.length, size)
	}
	return err
}

func (m *imageContent) manifestPath(index int) string {
	return "/v2/" + m.repository + "/manifests/" + m.tags[index]
}

// check pulls the manifest of each image, and holds its bytes against what was pushed.
func (m *imageContent) check(to target) error {
	c, err := dial(to)
	if err != nil {
		return err
	}
	defer c.close()
	for index, body := range m.manifests {
		if err := c.get(to, expected{m.manifestPath(index), digestOf(body)}); err != nil {
			return err
		}
	}
	return nil
}
