package evaluate

import (
	"fmt"
	"strings"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/build"
	"cuelang.org/go/cue/cuecontext"

	"cuelang.org/go/opm-cue/internal/rpc"
)

// BuildParams say what to render, as the wire has it.
type BuildParams struct {
	Root        string   `json:"root"`
	Package     string   `json:"package"`
	Values      []string `json:"values"`
	Expression  string   `json:"expression"`
	Mode        string   `json:"mode"`
	Provider    string   `json:"provider"`
	Name        string   `json:"name"`
	Namespace   string   `json:"namespace"`
	Output      string   `json:"output"`
	Split       bool     `json:"split"`
	IgnoreLocal bool     `json:"ignoreLocal"`
}

// ObjectInfo is an object of the output. Bytes counts what of the body is its own, with the separator before it.
type ObjectInfo struct {
	Bytes     int    `json:"bytes"`
	Kind      string `json:"kind,omitempty"`
	Name      string `json:"name,omitempty"`
	Namespace string `json:"namespace,omitempty"`
}

// Built is a rendered module. Text has a part for each object.
type Built struct {
	Mode     string       `json:"mode"`
	Objects  []ObjectInfo `json:"objects"`
	Policies []Policy     `json:"policies"`
	Warnings []string     `json:"warnings"`

	Text [][]byte `json:"-"`
}

// build renders the package that the parameters name.
func (s *source) build(params BuildParams) (*Built, error) {
	if wrong := s.wrongModuleFile(params.IgnoreLocal); wrong != nil {
		return nil, wrong
	}
	pattern := params.Package
	if pattern == "" {
		pattern = "."
	}
	patterns := []string{pattern}
	if params.Provider != "" {
		patterns = append(patterns, params.Provider)
	}
	insts := s.load(params.IgnoreLocal, "", patterns...)
	r := &renderer{source: s, params: params, inst: insts[0], warnings: s.repairs()}
	err := s.loadError(insts)
	if err != nil {
		return nil, err
	}
	if list := replacements(r.inst); len(list) > 0 {
		r.warn("cue.mod/local-module.cue replaces %s: others build without that, as --no-local does", strings.Join(list, ", "))
	}
	if params.Provider != "" {
		r.provider = insts[1]
	}
	if r.given, err = giveValues(r.inst, params.Values); err != nil {
		return nil, s.invalid(err)
	}
	r.ctx = cuecontext.New()
	r.root = r.ctx.BuildInstance(r.inst)
	return r.render()
}

// renderer renders one package.
type renderer struct {
	*source
	params   BuildParams
	inst     *build.Instance
	provider *build.Instance
	given    given
	ctx      *cue.Context
	root     cue.Value
	warnings []string
	// components are those that objects were made of.
	components []component
}

func (r *renderer) render() (*Built, error) {
	rules, err := r.collectRules()
	if err != nil {
		return nil, err
	}
	if err := r.root.Validate(); err != nil {
		return nil, r.rejectEvaluation(err, rules.inForce)
	}
	f := newFindings(r.source.root)
	r.given.check(r.root, f)
	if err := f.rejection(rpc.Invalid, "the values do not fit"); err != nil {
		return nil, err
	}
	mode, objects, err := r.objects()
	if err != nil {
		return nil, err
	}
	for _, o := range objects {
		o.identify()
	}
	sortObjects(objects)
	policies, err := r.hold(rules, objects)
	if err != nil {
		return nil, err
	}
	if err := refusal(policies, nil); err != nil {
		return nil, err
	}
	if err := r.check(objects); err != nil {
		return nil, err
	}
	sortObjects(objects)
	infos, text, err := encode(objects, r.params.Output, r.params.Split)
	if err != nil {
		return nil, err
	}
	return &Built{Mode: mode, Objects: infos, Policies: policyResults(policies), Warnings: r.warnings, Text: text}, nil
}

func (r *renderer) warn(format string, args ...any) {
	r.warnings = append(r.warnings, fmt.Sprintf(format, args...))
}

// invalid makes an error for the wire of one that the evaluator or the loader gave.
func (s *source) invalid(err error) error {
	if found, ok := rpc.Find(s.ctx, err); ok {
		return found
	}
	f := newFindings(s.root)
	f.addError(checkEvaluation, "", err)
	return f.rejection(rpc.Invalid, "the module cannot be evaluated")
}
