package evaluate

import (
	"bytes"
	"strings"
	"testing"
)

// carrying has a policy, and objects that carry others.
func carrying(policy, objects string) files {
	return moduleOf(`package app

#policies: p: {` + policy + `}
#Web: {apiVersion: "apps/v1", kind: "Deployment", metadata: name: string, spec: close({replicas: int})}
resources: {` + objects + `}
`)
}

func TestCarriedObjects(t *testing.T) {
	source := newTestRegistry(t)
	const (
		paused = `appliesTo: kinds: ["Deployment"], constrain: spec: paused: false`
		few    = `appliesTo: kinds: ["Deployment"], constrain: spec: replicas: <=2`
		list   = `all: {apiVersion: "v1", kind: "List", metadata: name: "all", items: [#Web & {metadata: name: "a", spec: replicas: 1}, #Web & {metadata: name: "b", spec: replicas: 3}]}`
		both   = "mode objects|List/all|policy p "
	)
	for _, test := range []struct {
		name, policy, objects, want string
		text, lacks                 []string
	}{
		{"of a list, closed", paused, list, both + "block of main.test/app@v0: Deployment/a in List/all Deployment/b in List/all, 0 violations", []string{"paused: false"}, nil},
		{"that embed a closed definition", paused, `web: {#Web, metadata: name: "a", spec: replicas: 1}, all: {apiVersion: "v1", kind: "List", metadata: name: "all", items: [{#Web, metadata: name: "b", spec: replicas: 1}]}`,
			"mode objects|Deployment/a|List/all|policy p block of main.test/app@v0: Deployment/a Deployment/b in List/all, 0 violations", []string{"paused: false"}, nil},
		{"that embed a closed definition, and violate a pattern", `appliesTo: kinds: ["Deployment"], constrain: spec: {paused: false, [=~"^r"]: <=2}`, `web: {#Web, metadata: name: "a", spec: replicas: 3}`,
			"refused: the policy p of main.test/app@v0 is violated|policy resources.web.spec.replicas invalid value 3 (out of bound <=2) app.cue:3 app.cue:5", nil, nil},
		{"of a list, one of which violates", few, list,
			"refused: the policy p of main.test/app@v0 is violated|policy resources.all.items.1.spec.replicas invalid value 3 (out of bound <=2) app.cue:3 app.cue:5", nil, nil},
		{"of a list, one of which violates what only warns", `onViolation: "warn", appliesTo: kinds: ["Deployment"], constrain: {spec: replicas: <=2, metadata: labels: few: "yes"}`, list,
			both + "warn of main.test/app@v0: Deployment/a in List/all Deployment/b in List/all, 1 violations", []string{"few: \"yes\"", "replicas: 3"}, nil},
		{"of lists without a name", paused, `one: {apiVersion: "v1", kind: "List", items: [#Web & {metadata: name: "a", spec: replicas: 1}]}, two: {apiVersion: "apps/v1", kind: "DeploymentList", items: [{metadata: name: "b", spec: replicas: 1}]}`,
			"mode objects|DeploymentList/|List/|policy p block of main.test/app@v0: Deployment/b in DeploymentList Deployment/a in List, 0 violations", []string{"paused: false"}, nil},
		{"in a default", paused, `own: {apiVersion: "x/v1", kind: "Object", metadata: name: "o", spec: manifest: *(#Web & {metadata: name: "a", spec: replicas: 1}) | {...}}`,
			"mode objects|Object/o|policy p block of main.test/app@v0: Deployment/a in Object/o, 0 violations", []string{"paused: false"}, nil},
		{"that are only referred to", paused, `hpa: {apiVersion: "autoscaling/v2", kind: "HorizontalPodAutoscaler", metadata: name: "h", spec: scaleTargetRef: {apiVersion: "apps/v1", kind: "Deployment", name: "a"}}
	spread: {apiVersion: "p/v1", kind: "PropagationPolicy", metadata: name: "p", spec: resourceSelectors: [{apiVersion: "apps/v1", kind: "Deployment", labelSelector: matchLabels: a: "b"}]}`,
			"mode objects|HorizontalPodAutoscaler/h|PropagationPolicy/p|policy p block of main.test/app@v0: , 0 violations|the policy p of main.test/app@v0 is about none of the objects", nil, []string{"paused"}},
		{"in a schema", paused, `crd: {apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition", metadata: name: "c", spec: schema: properties: {apiVersion: type: "string", kind: {type: "string", enum: ["Deployment"]}, spec: type: "object"}}`,
			"mode objects|CustomResourceDefinition/c|policy p block of main.test/app@v0: , 0 violations|the policy p of main.test/app@v0 is about none of the objects", nil, []string{"paused"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := source(t, carrying(test.policy, test.objects))
			built, err := s.build(BuildParams{Root: s.root})
			if got := strings.Join(describe(built, err), "|"); got != test.want {
				t.Fatalf("got\n%s\nwant\n%s", got, test.want)
			}
			if built == nil {
				return
			}
			text := bytes.Join(built.Text, nil)
			for _, part := range test.text {
				if !bytes.Contains(text, []byte(part)) {
					t.Errorf("lacks %q:\n%s", part, text)
				}
			}
			for _, part := range test.lacks {
				if bytes.Contains(text, []byte(part)) {
					t.Errorf("has %q:\n%s", part, text)
				}
			}
		})
	}
}
