package evaluate

import (
	"bytes"
	"slices"
	"strings"
	"testing"
)

// web has an object of its own, and a policy.
func web(policy string) string {
	return `package app

#policies: p: {` + policy + `}
#resources: {
	web: {
		apiVersion: "apps/v1", kind: "Deployment"
		metadata: {name: "web", namespace: "shop", labels: tier: "front"}
		spec: {replicas: 1, template: spec: {hostNetwork: true, containers: []}}
	}
	db: {apiVersion: "apps/v1", kind: "StatefulSet", metadata: name: "db", spec: replicas: 3}
}
`
}

func TestPolicies(t *testing.T) {
	source := newTestRegistry(t)
	const (
		both      = "mode objects|StatefulSet/db|Deployment/web shop"
		violation = "refused: the policy p of main.test/app@v0 is violated|policy #resources.web.spec.replicas "
	)
	for _, test := range []struct {
		name, policy, want, text string
	}{
		{"on kinds", `appliesTo: kinds: ["Deployment"], constrain: spec: paused: false`, both + "|policy p block of main.test/app@v0: Deployment/web, 0 violations", "paused: false"},
		{"on labels", `appliesTo: matchLabels: tier: "front", constrain: spec: paused: false`, both + "|policy p block of main.test/app@v0: Deployment/web, 0 violations", "paused: false"},
		{"on what the object has", `match: spec: replicas: >=2, constrain: spec: paused: false`, both + "|policy p block of main.test/app@v0: StatefulSet/db, 0 violations", "paused: false"},
		{"on all conditions", `appliesTo: {kinds: ["Deployment", "StatefulSet"], names: ["db"]}, constrain: metadata: namespace: "shop"`,
			"mode objects|StatefulSet/db shop|Deployment/web shop|policy p block of main.test/app@v0: StatefulSet/db, 0 violations", ""},
		{"on nothing", `appliesTo: kinds: ["Pod"], constrain: spec: paused: false`,
			both + "|policy p block of main.test/app@v0: , 0 violations|the policy p of main.test/app@v0 is about none of the objects", ""},
		{"that blocks", `appliesTo: kinds: ["Deployment"], constrain: spec: replicas: >=2`, violation + "invalid value 1 (out of bound >=2) app.cue:3 app.cue:8", ""},
		{"that blocks what lacks a value", `appliesTo: kinds: ["Deployment"], constrain: spec: minReadySeconds: >=2`,
			"refused: the policy p of main.test/app@v0 is violated|policy #resources.web.spec.minReadySeconds incomplete value >=2 app.cue:3", ""},
		{"that warns", `enforcement: onViolation: "warn", appliesTo: kinds: ["Deployment"], constrain: spec: replicas: >=2`,
			both + "|policy p warn of main.test/app@v0: Deployment/web, 1 violations", "replicas: 1"},
		{"that audits", `metadata: name: "few", onViolation: "audit", appliesTo: kinds: ["StatefulSet"], constrain: spec: replicas: <=2`,
			both + "|policy few audit of main.test/app@v0: StatefulSet/db, 1 violations", "replicas: 3"},
		{"in an unknown mode", `onViolation: "deny", appliesTo: kinds: ["Pod"], constrain: spec: x: 1`,
			`invalid: the policies cannot be applied|policy #policies.p.onViolation a policy blocks, warns or audits: say "block", "warn" or "audit" app.cue:3`, ""},
		{"on an unknown condition", `appliesTo: owners: ["me"], constrain: spec: x: 1`,
			"invalid: the policies cannot be applied|policy #policies.p.appliesTo.owners a policy does not select by owners: " +
				"use apiVersions, components, kinds, matchLabels, names, namespaces app.cue:3", ""},
		{"without a constraint", `appliesTo: matchLabels: tier: "front", #rules: {}`, both, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := source(t, moduleOf(web(test.policy)))
			built, err := s.build(BuildParams{Root: s.root, Output: "yaml"})
			if got := strings.Join(describe(built, err), "|"); got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
			if test.text != "" && !bytes.Contains(bytes.Join(built.Text, nil), []byte(test.text)) {
				t.Errorf("the output lacks %q", test.text)
			}
		})
	}
}

// TestPoliciesOfOthers has a package of policies that modules make use of in various ways.
func TestPoliciesOfOthers(t *testing.T) {
	source := newTestRegistry(t)
	const guard = `package guard

#policies: small: {appliesTo: kinds: ["Deployment"], constrain: spec: replicas: <=2}
#limits: replicas: 9
#Deployment: {apiVersion: "apps/v1", kind: "Deployment", metadata: name: string, spec: replicas: int, ...}
`
	const object = `{apiVersion: "apps/v1", kind: "Deployment", metadata: name: "web", spec: replicas: 9}`
	for _, test := range []struct {
		name, text string
		isRefused  bool
	}{
		{"embedded", "guard\n#resources: web: " + object, true},
		{"embedded by another", "between\n#resources: web: " + object, true},
		{"unified with an object", "#resources: web: guard.#Deployment & {metadata: name: \"web\", spec: replicas: 9}", true},
		{"unified by way of a name", "#base: guard.#Deployment & {spec: replicas: 9}\n#resources: web: #base & {metadata: name: \"web\"}", true},
		{"its policies taken over", "#policies: guard.#policies\n#resources: web: " + object, true},
		{"weakened", "guard\n#policies: small: onViolation: \"audit\"\n#policies: small: appliesTo: names: [\"x\"]\n#resources: web: " + object, true},
		{"in a definition that is embedded", "defs.#Platform\n#resources: web: " + object, true},
		{"in a definition, weakened", "defs.#Platform\n#policies: small: onViolation: \"audit\"\n#resources: web: " + object, true},
		{"in a definition that another unifies with", "#resources: between.#objects & {web: spec: replicas: 9}", true},
		{"in the expression", "x: guard.#Deployment & {metadata: name: \"web\", spec: replicas: 9}\n#resources: {}", true},
		{"only read", "#resources: web: " + strings.Replace(object, "9", "guard.#limits.replicas", 1), false},
	} {
		t.Run(test.name, func(t *testing.T) {
			imports := "package app\nimport (\n\"main.test/app/guard\"\n\"main.test/app/between\"\n\"main.test/app/defs\"\n)\n_used: [guard.#limits, between.#y, defs.#y]\n"
			s := source(t, files{
				"cue.mod/module.cue": moduleFile("main.test/app@v0"), "guard/guard.cue": guard,
				"defs/defs.cue":       "package defs\n#y: 1\n#Platform: {#policies: small: {appliesTo: kinds: [\"Deployment\"], constrain: spec: replicas: <=2, ...}, ...}\n",
				"between/between.cue": "package between\nimport \"main.test/app/guard\"\nguard\n#y: 1\n#objects: web: guard.#Deployment & {metadata: name: \"web\"}\n", "app.cue": imports + test.text + "\n",
			})
			params := BuildParams{Root: s.root}
			if test.name == "in the expression" {
				params.Expression = "x"
			}
			built, err := s.build(params)
			if got := describe(built, err); strings.HasPrefix(got[0], "refused: the policy small of main.test/app@v0 is violated") != test.isRefused {
				t.Errorf("got %q", got)
			}
		})
	}
}

func TestPolicyLint(t *testing.T) {
	source := newTestRegistry(t)
	for _, test := range []struct {
		name, policy string
		inDefinition bool
		want         []string
	}{
		{"fixed values", `constrain: {a: true, b: >0, c: "x" | "y", d: [...string], [=~"^z"]: int}`, false, nil},
		{"a default", `constrain: a: b: *true | bool`, false, []string{"policy #policies.p.a.b this part of the policy is a default, which a consumer can override: without the * it holds app.cue:3"}},
		{"a default in a definition", `constrain: a: *true | bool`, true, []string{"policy #Platform.#policies.p.a this part of the policy is a default, which a consumer can override: without the * it holds app.cue:3"}},
		{"a default in a list", `rule: a: [1, *2 | int]`, false, []string{"policy #policies.p.a[1] this part of the policy is a default, which a consumer can override: without the * it holds app.cue:3"}},
		{"an optional field", `constrain: {a?: true, b: c?: 1}`, false, []string{
			"policy #policies.p.a this part of the policy is optional, so that a consumer can leave it out: without the ? it holds app.cue:3",
			"policy #policies.p.b.c this part of the policy is optional, so that a consumer can leave it out: without the ? it holds app.cue:3"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			text := web(test.policy)
			if test.inDefinition {
				text = strings.Replace(text, "#policies: p:", "#Platform: #policies: p:", 1)
			}
			s := source(t, moduleOf(text))
			got := vetted(t, s, VetParams{Root: s.root})
			if !slices.Equal(got, test.want) {
				t.Errorf("got %q", got)
			}
		})
	}
}
