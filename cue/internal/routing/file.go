// Package routing evaluates CUE's registry configuration, the values of CUE_REGISTRY that begin with inline: or file:.
package routing

import (
	"context"
	"strings"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/cuecontext"
	"cuelang.org/go/cue/errors"
	"cuelang.org/go/internal/mod/modresolve"

	"cuelang.org/go/opm-cue/internal/env"
	"cuelang.org/go/opm-cue/internal/rpc"
)

// Methods returns the handlers of this package. They need no configuration.
func Methods(*env.Env) map[string]rpc.Handler {
	return map[string]rpc.Handler{"registryFile": rpc.Handle(registryFile)}
}

// Entry is one registry as the configuration has it; what it means is for opm.
type Entry struct {
	Registry      string `json:"registry"`
	PathEncoding  string `json:"pathEncoding,omitempty"`
	PrefixForTags string `json:"prefixForTags,omitempty"`
	StripPrefix   bool   `json:"stripPrefix,omitempty"`
}

// File is a registry configuration as data.
type File struct {
	ModuleRegistries map[string]Entry `json:"moduleRegistries,omitempty"`
	DefaultRegistry  *Entry           `json:"defaultRegistry,omitempty"`
}

type fileParams struct {
	Text string `json:"text"`
	Name string `json:"name"`
}

func registryFile(_ context.Context, params fileParams) (*File, error) {
	return Evaluate([]byte(params.Text), params.Name)
}

// Evaluate evaluates a registry configuration as cue does, up to the meaning of its strings: whatever cue has CUE say against it is
// an error of code invalid, which names what stands where.
func Evaluate(text []byte, name string) (*File, error) {
	ctx := cuecontext.New()
	schema := ctx.CompileString(modresolve.RegistryConfigSchema()).LookupPath(cue.MakePath(cue.Def("#file")))
	if err := schema.Err(); err != nil {
		return nil, err
	}
	v := ctx.CompileBytes(text, cue.Filename(name))
	if err := v.Err(); err != nil {
		return nil, invalid(err, name)
	}
	v = v.Unify(schema)
	if err := v.Err(); err != nil {
		return nil, invalid(err, name)
	}
	var file File
	if err := v.Decode(&file); err != nil {
		return nil, invalid(err, name)
	}
	// an optional field that is only constrained is none
	return &file, invalid(v.Validate(cue.Concrete(true), cue.Final()), name)
}

func invalid(err error, name string) error {
	if err == nil {
		return nil
	}
	var lines []string
	for _, e := range errors.Errors(err) {
		line := e.Error()
		for _, p := range errors.Positions(e) {
			if p.IsValid() && p.Filename() == name {
				line = p.String() + ": " + line
				break
			}
		}
		lines = append(lines, strings.ReplaceAll(line, "\n", " "))
	}
	return rpc.Errorf(rpc.Invalid, "%s", strings.Join(lines, "; "))
}
