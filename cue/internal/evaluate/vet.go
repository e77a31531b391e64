package evaluate

import (
	"slices"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/build"
	"cuelang.org/go/cue/cuecontext"

	"cuelang.org/go/opm-cue/internal/rpc"
)

// VetParams say what to check, as the wire has it.
type VetParams struct {
	Root     string   `json:"root"`
	Packages []string `json:"packages"`
	Values   []string `json:"values"`
	Concrete bool     `json:"concrete"`
	// MayBeEmpty says that a module without packages is no finding.
	MayBeEmpty bool `json:"mayBeEmpty"`
}

// Vetted is what a check found. Nothing of it is null on the wire.
type Vetted struct {
	Packages    int              `json:"packages"`
	Diagnostics []rpc.Diagnostic `json:"diagnostics"`
	Policies    []Policy         `json:"policies"`
	Warnings    []string         `json:"warnings"`
}

// vet evaluates packages and lints their policies. The package at the root of the module gets values.
func (s *source) vet(params VetParams) (*Vetted, error) {
	v := &vetting{source: s, params: params, findings: newFindings(s.root), ctx: cuecontext.New()}
	if wrong := s.wrongModuleFile(false); wrong != nil {
		return &Vetted{Diagnostics: wrong.Diagnostics, Policies: []Policy{}, Warnings: []string{}}, nil
	}
	insts := s.loadAll(params.Packages)
	v.result = Vetted{Diagnostics: []rpc.Diagnostic{}, Policies: []Policy{}, Warnings: s.repairs()}
	if params.MayBeEmpty && !slices.ContainsFunc(insts, func(inst *build.Instance) bool { return inst.Dir != "" }) && len(s.folders("./...")) == 0 {
		v.result.Warnings = append(v.result.Warnings, "the module has no packages: there is nothing in it that others can import")
		return &v.result, nil
	}
	if err := s.hasModule(insts); err != nil {
		return nil, err
	}
	var failure error
	for _, inst := range insts {
		if err := s.addLoadErrors(v.findings, inst); err != nil && failure == nil {
			failure = err
		}
	}
	given := false
	for _, inst := range insts {
		if inst.Err != nil {
			continue
		}
		v.result.Packages++
		s.pinned(v.findings, inst)
		values := inst.Dir == s.root && declares(inst, configField)
		given = given || values
		if err := v.vetPackage(inst, values); err != nil {
			return nil, err
		}
	}
	v.vetUnresolved(insts)
	if failure != nil {
		return nil, v.findings.beside(failure)
	}
	if len(params.Values) > 0 && !given && len(v.findings.list) == 0 {
		return nil, rpc.Errorf(rpc.Invalid, "the values of %s have no place to go: no package at the root of the module has #config", params.Values[0])
	}
	v.result.Diagnostics = v.findings.sorted()
	return &v.result, nil
}

// vetting is one run of vet.
type vetting struct {
	*source
	params   VetParams
	ctx      *cue.Context
	findings *findings
	result   Vetted
}

func (v *vetting) vetPackage(inst *build.Instance, values bool) error {
	var given given
	if values {
		var err error
		if given, err = giveValues(inst, v.params.Values); err != nil {
			return v.invalid(err)
		}
	}
	root := v.ctx.BuildInstance(inst)
	err := root.Validate(cue.Attributes(true), cue.Definitions(true), cue.Hidden(true), cue.Concrete(v.params.Concrete))
	v.findings.addError(checkEvaluation, "", err)
	if err == nil {
		given.check(root, v.findings)
	}
	if config := root.LookupPath(configPath); values && err == nil && config.Exists() {
		if err := config.Validate(cue.Concrete(true)); err != nil && len(given) > 0 {
			v.findings.addError(checkEvaluation, "", err)
		} else if err != nil {
			v.result.Warnings = append(v.result.Warnings, "#config has fields without a value, and the module no debugValues that give them one: give values with -f to check it")
		}
	}
	v.vetPolicies(inst, root)
	return nil
}
