package modules_test

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"cuelang.org/go/mod/modcache"

	"cuelang.org/go/opm-cue/internal/env"
	"cuelang.org/go/opm-cue/internal/modules"
	"cuelang.org/go/opm-cue/internal/rpc"
	"cuelang.org/go/opm-cue/internal/testregistry"
)

const fixtures = `
-- lib.test_base_v1.0.0/cue.mod/module.cue --
module: "lib.test/base@v1"
language: version: "v0.17.0"
source: kind: "self"
-- lib.test_base_v1.0.0/base.cue --
package base
x: 1
-- lib.test_left_v0.1.0-rc.1/cue.mod/module.cue --
module: "lib.test/left@v0"
language: version: "v0.17.0"
source: kind: "self"
deps: "lib.test/base@v1": v: "v1.0.0"
-- lib.test_left_v0.1.0-rc.1/deep/er/left.cue --
package left
`

// opm is the other side of the helper, frame by frame.
type opm struct {
	t      *testing.T
	in     io.Writer
	out    io.Reader
	id     int
	cache  string
	server *testregistry.Server
}

type answer struct {
	Kind   string          `json:"kind"`
	Event  map[string]any  `json:"event"`
	Result json.RawMessage `json:"result"`
	Error  *rpc.Error      `json:"error"`

	events []map[string]any
}

// start has a helper that is configured for a registry with the fixtures and a cold cache.
func start(t *testing.T) *opm {
	t.Helper()
	toHelper, in := io.Pipe()
	out, fromHelper := io.Pipe()
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = rpc.NewConn(rpc.Helper, toHelper, fromHelper).Serve(context.Background(), modules.Methods(env.New(http.DefaultTransport)))
	}()
	cache, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		<-done
		_ = modcache.RemoveAll(filepath.Join(cache, "mod"))
	})
	o := &opm{t: t, in: in, out: out, cache: cache, server: testregistry.New(t, fixtures)}
	o.configure(o.server.Host, false)
	return o
}

func (o *opm) configure(routing string, offline bool) {
	o.t.Helper()
	o.ok("configure", map[string]any{"registry": routing, "cache": o.cache, "offline": offline}, nil)
}

func (o *opm) call(method string, params any) answer {
	o.t.Helper()
	o.id++
	request, err := json.Marshal(map[string]any{"kind": "request", "from": "host", "id": o.id, "method": method, "params": params})
	if err != nil {
		o.t.Fatal(err)
	}
	frame := binary.BigEndian.AppendUint32(nil, uint32(len(request)))
	if _, err := o.in.Write(append(append(frame, 0, 0, 0, 0), request...)); err != nil {
		o.t.Fatal(err)
	}
	var events []map[string]any
	for {
		var sizes [8]byte
		if _, err := io.ReadFull(o.out, sizes[:]); err != nil {
			o.t.Fatal(err)
		}
		header := make([]byte, binary.BigEndian.Uint32(sizes[:4]))
		if _, err := io.ReadFull(o.out, header); err != nil {
			o.t.Fatal(err)
		}
		var a answer
		if err := json.Unmarshal(header, &a); err != nil {
			o.t.Fatal(err)
		}
		if a.Kind != "event" {
			a.events = events
			return a
		}
		events = append(events, a.Event)
	}
}

// ok makes a call that must succeed, and reads its result into a value.
func (o *opm) ok(method string, params, into any) answer {
	o.t.Helper()
	a := o.call(method, params)
	if a.Error != nil {
		o.t.Fatalf("%s: %s: %s", method, a.Error.Code, a.Error.Message)
	}
	if into != nil {
		if err := json.Unmarshal(a.Result, into); err != nil {
			o.t.Fatal(err)
		}
	}
	return a
}

// fails makes a call that must fail with a code and a text.
func (o *opm) fails(method string, params any, code rpc.Code, want string) {
	o.t.Helper()
	a := o.call(method, params)
	if a.Error == nil || a.Error.Code != code || !strings.Contains(a.Error.Message, want) {
		o.t.Errorf("%s %v: %+v, want %s with %q", method, params, a.Error, code, want)
	}
}

type mv = map[string]string

func list(names ...string) map[string]any {
	modules := []mv{}
	for _, name := range names {
		path, version, _ := strings.Cut(name, " ")
		modules = append(modules, mv{"path": path, "version": version})
	}
	return map[string]any{"modules": modules}
}
