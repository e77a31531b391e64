package requirements

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"cuelang.org/go/opm-cue/internal/registry"
	"cuelang.org/go/opm-cue/internal/rpc"
	"cuelang.org/go/opm-cue/internal/testregistry"
)

const archive = `
-- lib.test_base_v1.0.0/cue.mod/module.cue --
module: "lib.test/base@v1"
language: version: "v0.17.0"
-- lib.test_base_v1.0.0/base.cue --
package base
-- lib.test_base_v1.1.0/cue.mod/module.cue --
module: "lib.test/base@v1"
language: version: "v0.17.0"
-- lib.test_base_v1.1.0/base.cue --
package base
`

// bound returns the registry that the handlers have, with the context of a call.
func bound(t *testing.T, host, cache string, offline bool) (context.Context, *registry.Bound) {
	t.Helper()
	r, err := registry.New(registry.Options{Registry: host + "+insecure", Cache: cache, Offline: offline, Transport: http.DefaultTransport})
	if err != nil {
		t.Fatal(err)
	}
	ctx := callContext(t)
	return ctx, r.Bind(ctx)
}

func TestTidyWithoutRegistry(t *testing.T) {
	server, cache := testregistry.New(t, archive), newCache(t)
	files := []string{"cue.mod/module.cue", moduleText("x.test@v0", "lib.test/base@v1 v1.0.0"), "x.cue", "package x\nimport \"lib.test/base@v1\"\n"}
	folder, root := write(t, files...)
	ctx, reg := bound(t, server.Host, cache, false)
	if result, err := Tidy(ctx, folder, root, reg, TidyOptions{}); err != nil || !result.Tidy {
		t.Fatalf("%+v, %v", result, err)
	}
	server.Intercept(func(w http.ResponseWriter, _ *http.Request) bool { w.WriteHeader(http.StatusBadGateway); return true })
	for _, offline := range []bool{false, true} {
		ctx, reg := bound(t, server.Host, cache, offline)
		server.Forget()
		if result, err := Tidy(ctx, folder, root, reg, TidyOptions{}); err != nil || !result.Tidy || len(server.Requests()) > 0 {
			t.Errorf("from the cache: %+v, %v, %v", result, err, server.Requests())
		}
		if result, err := Get(ctx, root, reg, nil, nil); err != nil || len(result.BuildList) != 1 || len(server.Requests()) > 0 {
			t.Errorf("from the cache: %+v, %v", result, err)
		}
	}
	missing, other := write(t, "cue.mod/module.cue", moduleText("x.test@v0"), "x.cue", "package x\nimport \"lib.test/base@v1\"\n")
	ctx, reg = bound(t, server.Host, cache, false)
	_, err := Tidy(ctx, missing, other, reg, TidyOptions{})
	failure(t, err, rpc.Network, server.Host)
	_, err = Get(ctx, other, reg, versions("lib.test/base@v1.1.0"), nil)
	failure(t, err, rpc.Network, server.Host)
	ctx, reg = bound(t, server.Host, cache, true)
	_, err = Tidy(ctx, missing, other, reg, TidyOptions{})
	failure(t, err, rpc.NotFound)
	_, err = Get(ctx, other, reg, versions("lib.test/base@v1.1.0"), nil)
	failure(t, err, rpc.NotFound, "lib.test/base")
}

// TestTidyRefusedAccess tells what may not be read from what is not there, and is not disturbed by prefixes that may not be read.
func TestTidyRefusedAccess(t *testing.T) {
	server := testregistry.New(t, archive)
	deny := ""
	server.Intercept(func(w http.ResponseWriter, r *http.Request) bool {
		if strings.HasPrefix(r.URL.Path, deny) {
			w.WriteHeader(http.StatusForbidden)
		}
		return strings.HasPrefix(r.URL.Path, deny)
	})
	folder, root := write(t, "cue.mod/module.cue", moduleText("x.test@v0"), "x.cue", "package x\nimport \"lib.test/base@v1\"\n")
	deny = "/v2/lib.test/tags"
	ctx, reg := bound(t, server.Host, newCache(t), false)
	if result, err := Tidy(ctx, folder, root, reg, TidyOptions{}); err != nil || changesOf(result.Changes) != "lib.test/base@v1 >v1.1.0 x.cue" {
		t.Errorf("%+v, %v", result, err)
	}
	deny = "/v2/lib.test/base/"
	ctx, reg = bound(t, server.Host, newCache(t), false)
	_, err := Tidy(ctx, folder, root, reg, TidyOptions{})
	failure(t, err, rpc.Permission, server.Host)
	_, err = Get(ctx, root, reg, versions("lib.test/base@v1.1.0"), nil)
	failure(t, err, rpc.Permission, server.Host)
}

// TestForeignModule refuses a tag that serves another module.
func TestForeignModule(t *testing.T) {
	server := testregistry.New(t, archive)
	server.PushModule(t, "fake.test/base", "v1.0.0", testregistry.Zip(t, [2]string{"cue.mod/module.cue", moduleText("lib.test/base@v1")}), moduleText("lib.test/base@v1"))
	for _, tag := range []string{"latest", "v1", "v0.9", "0.9.9", "v1.9.0-rc.1"} {
		server.PushImage(t, "lib.test/base", tag, "application/vnd.oci.image.config.v1+json", "layer")
	}
	folder, root := write(t, "cue.mod/module.cue", moduleText("x.test@v0"), "x.cue", "package x\nimport \"fake.test/base@v1\"\n", "y.cue", "package y\nimport \"lib.test/base\"\n")
	ctx, reg := bound(t, server.Host, newCache(t), false)
	_, err := Get(ctx, root, reg, versions("fake.test/base@v1.0.0"), nil)
	failure(t, err, rpc.Invalid, "lib.test/base")
	ctx, reg = bound(t, server.Host, newCache(t), false)
	_, err = Tidy(ctx, folder, root, reg, TidyOptions{})
	failure(t, err, rpc.Invalid, "lib.test/base")
}

func TestCancelled(t *testing.T) {
	server := testregistry.New(t, archive)
	server.SetLatency(200 * time.Millisecond)
	folder, root := write(t, "cue.mod/module.cue", moduleText("x.test@v0"), "x.cue", "package x\nimport \"lib.test/base@v1\"\n")
	r, err := registry.New(registry.Options{Registry: server.Host + "+insecure", Cache: newCache(t), Transport: http.DefaultTransport})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(callContext(t))
	time.AfterFunc(50*time.Millisecond, cancel)
	if result, err := Tidy(ctx, folder, root, r.Bind(ctx), TidyOptions{}); err == nil {
		t.Errorf("%+v", result)
	}
}

// TestGetInParallel asks for the requirements of many modules at once.
func TestGetInParallel(t *testing.T) {
	many, deps := "", []string{}
	for _, c := range "abcdefghijklmnopqrstuvwxyz" {
		name := "lib.test/" + string(c)
		many += "-- lib.test_" + string(c) + "_v0.1.0/cue.mod/module.cue --\nmodule: \"" + name + "@v0\"\nlanguage: version: \"v0.17.0\"\n-- lib.test_" + string(c) + "_v0.1.0/x.cue --\npackage x\n"
		deps = append(deps, name+"@v0 v0.1.0")
	}
	server := testregistry.New(t, archive+many)
	server.SetLatency(20 * time.Millisecond)
	_, root := write(t, "cue.mod/module.cue", moduleText("x.test@v0", deps...))
	ctx, reg := bound(t, server.Host, newCache(t), false)
	if _, err := Get(ctx, root, reg, versions("lib.test/base@v1.0.0"), nil); err != nil {
		t.Fatal(err)
	}
	// One after the other there would never be two.
	if busiest := server.Busiest(); busiest < 4 {
		t.Errorf("at most %d requests at once", busiest)
	}
}
