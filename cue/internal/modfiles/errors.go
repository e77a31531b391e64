package modfiles

import "cuelang.org/go/opm-cue/internal/rpc"

// errNoChange is for a module file that no change in place could be made in; none is known.
var errNoChange = rpc.Errorf(rpc.Internal, "cannot change the module file in place: write its deps as cue does, and try again")
