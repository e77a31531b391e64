package modfiles

import "cuelang.org/go/opm-cue/internal/rpc"

// errNoChange is for a module file that no change in place could be made in; none is known.
var errNoChange = rpc.Errorf(rpc.Internal, "cannot change the module file in place: write its deps as cue does, and try again")

// errNoStruct is for a field that must be a struct to have fields.
var errNoStruct = rpc.Errorf(rpc.Invalid, "deps of cue.mod/module.cue, and each entry of it, must be a struct such as {v: \"v1.2.3\"}")
