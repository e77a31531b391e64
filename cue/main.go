// Command opm-cue is the helper of opm for everything that needs the CUE libraries. It speaks the protocol of
// src/modules/helper/wire.ts over standard input and output, and ends when its input does.
package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"runtime/debug"

	"cuelang.org/go/opm-cue/internal/certificates"
	"cuelang.org/go/opm-cue/internal/env"
	"cuelang.org/go/opm-cue/internal/evaluate"
	"cuelang.org/go/opm-cue/internal/host"
	"cuelang.org/go/opm-cue/internal/modfiles"
	"cuelang.org/go/opm-cue/internal/modules"
	"cuelang.org/go/opm-cue/internal/pack"
	"cuelang.org/go/opm-cue/internal/requirements"
	"cuelang.org/go/opm-cue/internal/routing"
	"cuelang.org/go/opm-cue/internal/rpc"
)

// groups has the methods of every package; a new group of methods is one line here.
var groups = []func(*env.Env) map[string]rpc.Handler{
	modules.Methods,
	pack.Methods,
	routing.Methods,
	evaluate.Methods,
	modfiles.Methods,
	requirements.Methods,
	certificates.Methods,
}

// garbage is the growth of the heap, in percent, that is collected: a helper lives for one command, and collecting less often costs
// an evaluation of a large module an eighth less time.
const garbage = 200

func main() {
	debug.SetGCPercent(garbage)
	leaveSignals()
	// A look at what is committed must not get in the way of the user's git.
	if err := os.Setenv("GIT_OPTIONAL_LOCKS", "0"); err != nil {
		fmt.Fprintln(os.Stderr, "opm-cue:", err)
	}
	conn := rpc.NewConn(rpc.Helper, &lifeline{Reader: os.Stdin}, os.Stdout)
	conn.InOrder = []string{"start", "configure"}
	e := env.New(&host.Transport{Conn: conn})
	methods := map[string]rpc.Handler{}
	for _, group := range groups {
		maps.Copy(methods, group(e))
	}
	if err := conn.Serve(context.Background(), methods); err != nil {
		fmt.Fprintln(os.Stderr, "opm-cue:", err)
		os.Exit(1)
	}
}
