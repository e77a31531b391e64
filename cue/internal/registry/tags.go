package registry

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"cuelabs.dev/go/oci/ociregistry/ociref"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/internal/mod/semver"
	"cuelang.org/go/mod/modregistry"

	"cuelang.org/go/opm-cue/internal/rpc"
)

// pageLimit bounds how many pages of tags are read: a registry that always has one more is broken.
const pageLimit = 10_000

// versions returns the canonical versions of a module, ascending; of one major when the path has one. Other tags are none of
// ours, whatever they look like.
func (r *Registry) versions(ctx context.Context, path string) ([]string, error) {
	base, major, hasMajor := ast.SplitPackageVersion(path)
	location, err := r.Resolve(base, "")
	if err != nil {
		return nil, rpc.Errorf(rpc.NotFound, "%w (%w)", err, modregistry.ErrNotFound)
	}
	subject := "versions of module " + path + " (" + location.Host + "/" + location.Repository + ")"
	if !ociref.IsValidRepository(location.Repository) {
		return nil, rpc.Errorf(rpc.NotFound, "%s: no repository can have this name: %w", subject, modregistry.ErrNotFound)
	}
	if r.options.Offline {
		return nil, r.offline(subject)
	}
	tags, err := r.tags(ctx, place{location}, subject)
	if err != nil {
		return nil, err
	}
	versions := []string{}
	for _, tag := range tags {
		version, ok := strings.CutPrefix(tag, location.Tag)
		if ok && semver.IsValid(version) && semver.Canonical(version) == version && (!hasMajor || semver.Major(version) == major) {
			versions = append(versions, version)
		}
	}
	semver.Sort(versions)
	return versions, nil
}

func (r *Registry) tags(ctx context.Context, p place, subject string) ([]string, error) {
	var tags []string
	next := p.url("tags/list?n=1000")
	for range pageLimit {
		data, headers, err := r.getAll(ctx, next, "application/json", subject, tagsLimit)
		if err != nil {
			return nil, err
		}
		var page struct {
			Tags []string `json:"tags"`
		}
		if err := json.Unmarshal(data, &page); err != nil {
			return nil, rpc.Errorf(rpc.Network, "%s: the registry answered with something that is no list of tags", subject)
		}
		tags = append(tags, page.Tags...)
		link, err := nextPage(next, headers)
		if err != nil {
			return nil, rpc.Errorf(rpc.Network, "%s: the link to the next page is broken: %w", subject, err)
		}
		if link == "" || link == next {
			return tags, nil
		}
		next = link
	}
	return nil, rpc.Errorf(rpc.Network, "%s: the list of tags has no end", subject)
}

// nextPage reads the Link header of RFC 8288. A page is only asked of the host that has the first.
func nextPage(current string, headers http.Header) (string, error) {
	for _, value := range headers.Values("Link") {
		target, parameters, ok := strings.Cut(value, ">")
		if !ok || !strings.Contains(parameters, "next") {
			continue
		}
		base, err := url.Parse(current)
		if err != nil {
			return "", err
		}
		link, err := base.Parse(strings.TrimPrefix(strings.TrimSpace(target), "<"))
		if err != nil {
			return "", err
		}
		link.Scheme, link.Host = base.Scheme, base.Host
		return link.String(), nil
	}
	return "", nil
}
