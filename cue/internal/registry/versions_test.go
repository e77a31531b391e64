package registry_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"cuelang.org/go/opm-cue/internal/registry"
	"cuelang.org/go/opm-cue/internal/rpc"
)

func TestVersionsLeavesOutOtherTags(t *testing.T) {
	server, _, r := setup(t)
	for _, tag := range []string{"latest", "v0", "v0.9", "0.9.9", "v01.0.0", "v1", "v1.2", "v2.0.0", "v1.2.0-rc.1", "v10.0.0", "V1.0.0"} {
		server.PushImage(t, "lib.test/base", tag, "x/y")
	}
	tests := map[string][]string{
		"lib.test/base@v1": {"v1.0.0", "v1.1.0", "v1.2.0-rc.1"},
		"lib.test/base@v2": {"v2.0.0"},
		"lib.test/base@v3": {},
		"lib.test/base":    {"v1.0.0", "v1.1.0", "v1.2.0-rc.1", "v2.0.0", "v10.0.0"},
	}
	for path, want := range tests {
		got, err := r.Bind(context.Background()).Versions(path)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("Versions(%q) = %q, %v; want %q", path, got, err, want)
		}
	}
}

func TestVersionsOfEveryPage(t *testing.T) {
	server, _, r := setup(t)
	server.Intercept(func(w http.ResponseWriter, req *http.Request) bool {
		page := 0
		_, _ = fmt.Sscan(req.URL.Query().Get("last"), &page)
		if page < 2 {
			w.Header().Set("Link", fmt.Sprintf(`</v2/lib.test/base/tags/list?n=1000&last=%d>; rel="next"`, page+1))
		}
		fmt.Fprintf(w, `{"name": "lib.test/base", "tags": ["v1.%d.0"]}`, 9-page)
		return true
	})
	got, err := r.Bind(context.Background()).Versions("lib.test/base@v1")
	if want := []string{"v1.7.0", "v1.8.0", "v1.9.0"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("versions are %q, %v; want %q", got, err, want)
	}
}

func TestVersionsThatCannotBeTold(t *testing.T) {
	answer := func(status int, body string) func(http.ResponseWriter, *http.Request) bool {
		return func(w http.ResponseWriter, _ *http.Request) bool {
			w.WriteHeader(status)
			fmt.Fprint(w, body)
			return true
		}
	}
	tests := map[string]struct {
		answer func(http.ResponseWriter, *http.Request) bool
		code   rpc.Code
		want   string
		// lenient says that CUE is told of no versions instead.
		lenient bool
	}{
		"404":          {answer(404, "nothing"), rpc.NotFound, "not found, or not visible to this user", true},
		"name invalid": {answer(400, `{"errors": [{"code": "NAME_INVALID", "message": "two segments"}]}`), rpc.NotFound, "not found", true},
		"401":          {answer(401, ""), rpc.Permission, "refused access (401 Unauthorized)", true},
		"403":          {answer(403, `{"errors": [{"code": "DENIED", "message": "no way"}]}`), rpc.Permission, "DENIED no way", true},
		"500":          {answer(500, "<html>"), rpc.Network, "answered 500 Internal Server Error", false},
		"not JSON":     {answer(200, "<html>"), rpc.Network, "no list of tags", false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			server, _, r := setup(t)
			server.Intercept(test.answer)
			bound := r.Bind(context.Background())
			_, err := bound.Versions("lib.test/base@v1")
			wantError(t, err, test.code, test.want, server.Host+"/lib.test/base")
			versions, err := bound.ModuleVersions(context.Background(), "lib.test/base@v1")
			if (err == nil) != test.lenient || len(versions) > 0 {
				t.Errorf("CUE is told %q, %v", versions, err)
			}
			if denied := len(bound.Denied()); (denied > 0) != (test.code == rpc.Permission) {
				t.Errorf("denied are %d", denied)
			}
		})
	}
}

func TestRouting(t *testing.T) {
	config := `defaultRegistry: registry: "hub.test"
moduleRegistries: "lib.test": {registry: "docker.test/flat", pathEncoding: "hashAsTag", prefixForTags: "m-"}`
	tests := []struct{ routing, path, version, want string }{
		{"reg.test/pre", "lib.test/base", "v1.0.0", "reg.test/pre/lib.test/base:v1.0.0 false"},
		{"lib.test=a.test,b.test+insecure", "other.test/x", "v1.0.0", "b.test/other.test/x:v1.0.0 true"},
		{"simple:lib.test=localhost:5000", "lib.test/base", "v1.0.0", "localhost:5000/lib.test/base:v1.0.0 true"},
		{"lib.test=a.test", "other.test/x", "v1.0.0", "registry.cue.works/other.test/x:v1.0.0 false"},
		{"inline:" + config, "other.test/x", "v1.0.0", "hub.test/other.test/x:v1.0.0 false"},
		{"inline:" + config, "lib.test/base", "v1.0.0", "docker.test/flat:m-"},
	}
	for _, test := range tests {
		location, err := open(t, test.routing, newCache(t), false).Resolve(test.path, test.version)
		got := fmt.Sprintf("%s/%s:%s %v", location.Host, location.Repository, location.Tag, location.Insecure)
		if err != nil || !strings.HasPrefix(got, test.want) {
			t.Errorf("%q: %s is at %q, %v; want %q", test.routing, test.path, got, err, test.want)
		}
	}
	for _, bad := range []string{"https://reg.test", "reg.test:tag@x", "a.test=b.test+what", "r1", "x=reg.test", "inline:nope: 1", "file:/does/not/exist", "a.test,b.test"} {
		_, err := registry.New(registry.Options{Registry: bad, Cache: "/tmp", Transport: http.DefaultTransport})
		wantError(t, err, rpc.Invalid, "bad value for the registry")
	}
}

// The tags of many modules in one repository differ by a prefix of their own.
func TestHashAsTag(t *testing.T) {
	server, cache, _ := setup(t)
	routing := fmt.Sprintf(`inline:defaultRegistry: {registry: "%s/flat", pathEncoding: "hashAsTag"}`, server.Host)
	r := open(t, routing, cache, false)
	location, err := r.Resolve("lib.test/base", "v1.1.0")
	if err != nil {
		t.Fatal(err)
	}
	copyModule(t, server, "lib.test/base", "v1.1.0", location.Repository, location.Tag)
	server.PushImage(t, location.Repository, "v1.9.0", "x/y")
	ensure(t, r, base, registry.Fetched)
	versions, err := r.Bind(context.Background()).Versions("lib.test/base")
	if err != nil || !slices.Equal(versions, []string{"v1.1.0"}) {
		t.Errorf("versions are %q, %v", versions, err)
	}
}
