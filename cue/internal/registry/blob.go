package registry

import (
	"context"
	"fmt"
	"io"
	"os"

	"cuelang.org/go/mod/module"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"cuelang.org/go/opm-cue/internal/rpc"
)

// download writes a blob to the start of a file, and nothing that does not match its digest. progress is told how many bytes
// came, from the start again after a failure.
func (r *Registry) download(ctx context.Context, mv module.Version, a artifact, blob ocispec.Descriptor, f *os.File, progress func(int64)) error {
	return attempts(ctx, func() error {
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			return err
		}
		if err := f.Truncate(0); err != nil {
			return err
		}
		return r.copyBlob(ctx, mv, a, blob, f, progress)
	})
}

func (r *Registry) copyBlob(ctx context.Context, mv module.Version, a artifact, blob ocispec.Descriptor, w io.Writer, progress func(int64)) error {
	subject := fmt.Sprintf("module %v (%v), blob %s", mv, a.place, blob.Digest)
	resp, err := r.get(ctx, a.place.url("blobs/"+blob.Digest.String()), "", subject)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	verifier := blob.Digest.Verifier()
	counted := &counter{w: io.MultiWriter(w, verifier), progress: progress}
	n, err := io.Copy(counted, io.LimitReader(resp.Body, blob.Size+1))
	switch {
	case counted.err != nil:
		return counted.err
	case err != nil:
		return again(hostFailure(ctx, err, subject))
	case n < blob.Size:
		return again(rpc.Errorf(rpc.Network, "%s: the download broke off after %d of %d bytes", subject, n, blob.Size))
	case n > blob.Size || !verifier.Verified():
		return onceMore(rpc.Errorf(rpc.Invalid, "%s: its content does not match its digest", subject))
	}
	return nil
}

// counter tells errors of the writer from those of the reader.
type counter struct {
	w        io.Writer
	n        int64
	err      error
	progress func(int64)
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	if err != nil {
		c.err = err
	} else if c.progress != nil {
		c.progress(c.n)
	}
	return n, err
}

// blobData reads a small blob into memory, checked.
func (r *Registry) blobData(ctx context.Context, mv module.Version, a artifact, blob ocispec.Descriptor) ([]byte, error) {
	var data []byte
	err := attempts(ctx, func() error {
		data = data[:0]
		return r.copyBlob(ctx, mv, a, blob, appender(func(p []byte) { data = append(data, p...) }), nil)
	})
	return data, err
}

type appender func(p []byte)

func (a appender) Write(p []byte) (int, error) {
	a(p)
	return len(p), nil
}
