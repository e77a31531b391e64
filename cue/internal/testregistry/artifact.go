package testregistry

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"io/fs"
	"strings"
	"testing"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
)

// Zip makes an archive of any names and contents, also of such as no module has. What a name that ends in @ is for is a link.
func Zip(t testing.TB, files ...[2]string) []byte {
	t.Helper()
	var buffer bytes.Buffer
	w := zip.NewWriter(&buffer)
	for _, file := range files {
		name, isLink := strings.CutSuffix(file[0], "@")
		header := &zip.FileHeader{Name: name, Method: zip.Deflate}
		if isLink {
			header.SetMode(fs.ModeSymlink | 0o777)
		}
		f, err := w.CreateHeader(header)
		if err == nil {
			_, err = f.Write([]byte(file[1]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return buffer.Bytes()
}

// PushModule puts an archive and a module file under a tag as a module, unchecked.
func (s *Server) PushModule(t testing.TB, repository, tag string, archive []byte, moduleFile string) {
	t.Helper()
	s.Push(t, repository, tag, ocispec.Manifest{
		MediaType: ocispec.MediaTypeImageManifest,
		Config:    s.blob(t, repository, "application/vnd.cue.module.v1+json", []byte("{}")),
		Layers: []ocispec.Descriptor{
			s.blob(t, repository, "application/zip", archive),
			s.blob(t, repository, "application/vnd.cue.modulefile.v1", []byte(moduleFile)),
		},
	})
}

// PushImage puts something that is no module under a tag.
func (s *Server) PushImage(t testing.TB, repository, tag, configType string, layers ...string) {
	t.Helper()
	manifest := ocispec.Manifest{
		MediaType: ocispec.MediaTypeImageManifest,
		Config:    s.blob(t, repository, configType, []byte("{}")),
	}
	for _, layer := range layers {
		manifest.Layers = append(manifest.Layers, s.blob(t, repository, "application/octet-stream", []byte(layer)))
	}
	s.Push(t, repository, tag, manifest)
}

// Push puts any manifest under a tag.
func (s *Server) Push(t testing.TB, repository, tag string, manifest ocispec.Manifest) {
	t.Helper()
	manifest.SchemaVersion = 2
	data, err := json.Marshal(manifest)
	if err == nil {
		_, err = s.Content.PushManifest(context.Background(), repository, tag, data, manifest.MediaType)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func (s *Server) blob(t testing.TB, repository, mediaType string, data []byte) ocispec.Descriptor {
	t.Helper()
	blob := ocispec.Descriptor{MediaType: mediaType, Digest: digest.FromBytes(data), Size: int64(len(data))}
	if _, err := s.Content.PushBlob(context.Background(), repository, blob, bytes.NewReader(data)); err != nil {
		t.Fatal(err)
	}
	return blob
}
