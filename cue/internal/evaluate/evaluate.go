// Package evaluate checks modules and renders them to objects: it loads packages in exactly the versions of module.cue, gives
// them values, unifies their policies with what they render, and writes YAML or JSON.
package evaluate

import (
	"context"

	"cuelang.org/go/cue"
	"cuelang.org/go/mod/modconfig"

	"cuelang.org/go/opm-cue/internal/rpc"
)

// Policy is a policy and what became of it, as the wire has it.
type Policy struct {
	Name       string           `json:"name"`
	Mode       string           `json:"mode"`
	Origin     string           `json:"origin"`
	Position   rpc.Position     `json:"position"`
	Objects    []string         `json:"objects"`
	Violations []rpc.Diagnostic `json:"violations"`
}

// The modes of a policy: what a violation does.
const (
	modeBlock = "block"
	modeWarn  = "warn"
	modeAudit = "audit"
)

// Names of fields, where a module has something by its shape.
var (
	configPath = cue.MakePath(cue.Def("config"))
	// componentFields have what transformers render, or the module that does.
	componentFields = []string{"#components", "#module", "#bundle"}
	policyFields    = []string{"#policies", "policies"}
	objectFields    = []string{"#resources", "resources", "#objects", "objects", "#manifests", "manifests"}
)

const (
	configField = "#config"
	debugField  = "debugValues"
)

// source is where modules come from, in a call.
type source struct {
	ctx      context.Context
	registry modconfig.Registry
	root     string
}
