package evaluate

import (
	"cuelang.org/go/cue"
	"cuelang.org/go/cue/cuecontext"

	"cuelang.org/go/opm-cue/internal/rpc"
)

// VetParams say what to check, as the wire has it.
type VetParams struct {
	Root     string   `json:"root"`
	Packages []string `json:"packages"`
	Values   []string `json:"values"`
	Concrete bool     `json:"concrete"`
}

// Vetted is what a check found. Diagnostics and the rest are never null on the wire.
type Vetted struct {
	Packages    int              `json:"packages"`
	Diagnostics []rpc.Diagnostic `json:"diagnostics"`
	Policies    []Policy         `json:"policies"`
	Warnings    []string         `json:"warnings"`
}

func (s *source) vet(params VetParams) (*Vetted, error) {
	patterns := params.Packages
	if len(patterns) == 0 {
		patterns = []string{"./..."}
	}
	insts := s.load(false, "", patterns...)
	f := newFindings(s.root)
	ctx := cuecontext.New()
	for _, inst := range insts {
		if err := s.addLoadErrors(f, inst); err != nil {
			return nil, err
		}
		v := ctx.BuildInstance(inst)
		if err := v.Validate(cue.Attributes(true), cue.Definitions(true), cue.Hidden(true), cue.Concrete(params.Concrete)); err != nil {
			f.addError(checkEvaluation, "", err)
		}
	}
	return &Vetted{Packages: len(insts), Diagnostics: f.sorted(), Policies: []Policy{}, Warnings: []string{}}, nil
}
