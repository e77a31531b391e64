package registry

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"cuelang.org/go/mod/module"
	"cuelang.org/go/mod/modzip"
	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"cuelang.org/go/opm-cue/internal/rpc"
)

// The media types of a module, and the limits of what is read into memory, in bytes.
const (
	configMediaType     = "application/vnd.cue.module.v1+json"
	moduleFileMediaType = "application/vnd.cue.modulefile.v1"

	manifestLimit = 4 << 20
	tagsLimit     = 32 << 20
)

// acceptedManifests has more than modules: what is none must be named, not be missing.
var acceptedManifests = strings.Join([]string{
	ocispec.MediaTypeImageManifest, ocispec.MediaTypeImageIndex,
	"application/vnd.docker.distribution.manifest.v2+json", "application/vnd.docker.distribution.manifest.list.v2+json", "*/*",
}, ", ")

// artifact is a module version in a registry.
type artifact struct {
	place      place
	zip        ocispec.Descriptor
	moduleFile ocispec.Descriptor
}

// get asks a registry; an answer without 2xx is an error of what subject says.
func (r *Registry) get(ctx context.Context, url, accept, subject string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, rpc.Errorf(rpc.Invalid, "%s: %w", subject, err)
	}
	if accept != "" {
		req.Header.Set("Accept", accept)
	}
	resp, err := r.client.Do(req)
	if err != nil {
		return nil, hostFailure(ctx, err, subject)
	}
	if resp.StatusCode/100 != 2 {
		defer resp.Body.Close()
		return nil, statusFailure(resp, subject)
	}
	return resp, nil
}

// getAll reads a small answer, and again when it breaks off.
func (r *Registry) getAll(ctx context.Context, url, accept, subject string, limit int64) (data []byte, headers http.Header, err error) {
	err = attempts(ctx, func() error {
		resp, err := r.get(ctx, url, accept, subject)
		if err != nil {
			return err
		}
		defer resp.Body.Close()
		data, err = io.ReadAll(io.LimitReader(resp.Body, limit+1))
		headers = resp.Header
		switch {
		case err != nil:
			return again(hostFailure(ctx, err, subject))
		case int64(len(data)) > limit:
			return rpc.Errorf(rpc.Invalid, "%s: the answer is larger than %d MiB", subject, limit>>20)
		case resp.ContentLength > int64(len(data)):
			return again(rpc.Errorf(rpc.Network, "%s: the answer broke off after %d of %d bytes", subject, len(data), resp.ContentLength))
		}
		return nil
	})
	return data, headers, err
}

// artifact asks the registry for the manifest of a module version.
func (r *Registry) artifact(ctx context.Context, mv module.Version) (artifact, error) {
	p, err := r.place(mv)
	if err != nil {
		return artifact{}, err
	}
	subject := fmt.Sprintf("module %v (%v)", mv, p)
	var data []byte
	var headers http.Header
	err = attempts(ctx, func() (err error) {
		data, headers, err = r.getAll(ctx, p.url("manifests/"+p.Tag), acceptedManifests, subject, manifestLimit)
		if err == nil && !matches(data, digest.Digest(headers.Get("Docker-Content-Digest"))) {
			return onceMore(rpc.Errorf(rpc.Invalid, "%s: its manifest does not match its digest", subject))
		}
		return err
	})
	if err != nil {
		return artifact{}, err
	}
	return parseManifest(p, subject, data, headers.Get("Content-Type"))
}

// matches says whether data has a digest. One that is missing, or of a kind that is not known, is none to match.
func matches(data []byte, want digest.Digest) bool {
	if want.Validate() != nil || !want.Algorithm().Available() {
		return true
	}
	return want.Algorithm().FromBytes(data) == want
}

func parseManifest(p place, subject string, data []byte, mediaType string) (artifact, error) {
	var manifest struct {
		MediaType string               `json:"mediaType"`
		Config    ocispec.Descriptor   `json:"config"`
		Layers    []ocispec.Descriptor `json:"layers"`
	}
	if err := json.Unmarshal(data, &manifest); err != nil {
		return artifact{}, rpc.Errorf(rpc.Invalid, "%s is not a CUE module: its manifest is not JSON", subject)
	}
	if manifest.MediaType != "" {
		mediaType = manifest.MediaType
	}
	if manifest.Config.MediaType != configMediaType {
		what := "media type " + strconv.Quote(mediaType)
		if manifest.Config.MediaType != "" {
			what += ", config " + strconv.Quote(manifest.Config.MediaType)
		}
		return artifact{}, rpc.Errorf(rpc.Invalid, "%s is not a CUE module (%s)", subject, what)
	}
	if len(manifest.Layers) != 2 || !isModuleFile(manifest.Layers[1]) {
		return artifact{}, rpc.Errorf(rpc.Invalid, "%s is not a CUE module: it needs an archive and a module file, and has %d layers", subject, len(manifest.Layers))
	}
	a := artifact{place: p, zip: manifest.Layers[0], moduleFile: manifest.Layers[1]}
	for _, layer := range manifest.Layers {
		if err := layer.Digest.Validate(); err != nil || !layer.Digest.Algorithm().Available() {
			return artifact{}, rpc.Errorf(rpc.Invalid, "%s: %q is not a digest that can be checked", subject, layer.Digest)
		}
	}
	if a.zip.Size > modzip.MaxZipFile || a.moduleFile.Size > modzip.MaxCUEMod {
		return artifact{}, rpc.Errorf(rpc.Invalid, "%s is larger than a CUE module may be", subject)
	}
	return a, nil
}

func isModuleFile(layer ocispec.Descriptor) bool {
	return layer.MediaType == moduleFileMediaType || layer.ArtifactType == moduleFileMediaType
}
