package evaluate

import (
	"bytes"
	"strings"
	"testing"
)

// TestReads has builds that take nothing of a guarded object but what is read: the policy is not in force for them.
func TestReads(t *testing.T) {
	source := newTestRegistry(t)
	const (
		deployment = `{apiVersion: "apps/v1", kind: "Deployment", metadata: name: "own", `
		stateful   = `{apiVersion: "apps/v1", kind: "StatefulSet", metadata: name: "own", `
		network    = `{apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: name: "own", `
		config     = `{apiVersion: "v1", kind: "ConfigMap", metadata: name: "own", `
		root       = `template: spec: securityContext: runAsNonRoot: false`
	)
	for _, test := range []struct{ name, text, want string }{
		{"a number beside", `resources: own: ` + deployment + `spec: replicas: db.#limits.replicas}`, "replicas: 3"},
		{"the name of a guarded object", `resources: own: ` + deployment + `spec: template: spec: containers: [{name: "a", env: [{name: "HOST", value: db.resources.server.metadata.name}]}]}`, "value: postgres"},
		{"the name, in an object of a kind that is held", `resources: own: ` + stateful + `spec: {` + root + `, serviceName: db.resources.server.metadata.name}}`, "runAsNonRoot: false"},
		{"the image", `resources: own: ` + deployment + `spec: template: spec: containers: [{name: "a", image: db.resources.server.spec.template.spec.containers[0].image}]}`, "image: postgres:17"},
		{"a port", `resources: own: {apiVersion: "v1", kind: "Service", metadata: name: "own", spec: ports: [{port: db.resources.server.spec.template.spec.containers[0].ports[0].containerPort}]}`, "port: 5432"},
		{"ports by a comprehension", `resources: own: {apiVersion: "v1", kind: "Service", metadata: name: "own", spec: ports: [for c in db.resources.server.spec.template.spec.containers for p in c.ports {port: p.containerPort}]}`, "port: 5432"},
		{"ports in a network policy", `resources: own: ` + network + `spec: ingress: [for c in db.resources.server.spec.template.spec.containers {ports: [for p in c.ports {port: p.containerPort, protocol: "TCP"}]}]}`, "port: 5432"},
		{"a name for each container", `resources: own: ` + config + `data: {for c in db.resources.server.spec.template.spec.containers {(c.name): c.image}}}`, "postgres: postgres:17"},
		{"labels as a selector", `resources: own: {apiVersion: "v1", kind: "Service", metadata: name: "own", spec: selector: db.resources.server.spec.template.metadata.labels}`, "app: postgres"},
		{"a selector", `resources: own: {apiVersion: "policy/v1", kind: "PodDisruptionBudget", metadata: name: "own", spec: {maxUnavailable: 1, selector: db.resources.server.spec.selector}}`, "app: postgres"},
		{"labels in a network policy", `resources: own: ` + network + `spec: ingress: [{from: [{podSelector: matchLabels: db.resources.server.metadata.labels}]}]}`, "app: postgres"},
		{"labels for metadata", `resources: own: ` + config + `data: a: "b"} & {metadata: labels: db.resources.server.metadata.labels}`, "app: postgres"},
		{"a name in a text", `resources: own: ` + config + `data: url: "postgres://\(db.resources.server.metadata.name):\(db.#config.port)/app"}`, "postgres://postgres:5432/app"},
		{"an object without a policy", `resources: own: db.resources.service & {metadata: namespace: "a"}`, "namespace: a"},
		{"the spec of an object without a policy", `resources: own: {apiVersion: "v1", kind: "Service", metadata: name: "own", spec: db.resources.service.spec}`, "port: 5432"},
		{"an object without a policy, in a List", `resources: own: {apiVersion: "v1", kind: "List", metadata: name: "own", items: [db.resources.service]}`, "kind: Service"},
		{"an object without a policy, as YAML", `resources: own: ` + config + `data: a: yaml.Marshal(db.resources.service)}`, "port: 5432"},
		{"objects without a policy, by a comprehension", `resources: {for k, v in db.resources if v.kind == "Service" {(k): v}}`, "kind: Service"},
		{"a fingerprint of a guarded object", `resources: own: ` + config + `data: sum: hex.Encode(sha256.Sum256(json.Marshal(db.resources.server)))}`, "sum: "},
		{"how many containers", `resources: own: ` + config + `data: count: "\(len(db.resources.server.spec.template.spec.containers))"}`, `count: "1"`},
		{"a reference by kind and name", `resources: own: {apiVersion: "autoscaling/v2", kind: "HorizontalPodAutoscaler", metadata: name: "own", spec: scaleTargetRef: {apiVersion: db.resources.server.apiVersion, kind: db.resources.server.kind, name: db.resources.server.metadata.name}}`, "kind: StatefulSet"},
		{"the module below", `resources: postgres.resources & {server: spec: ` + root + "}\n_limits: db.#limits", "runAsNonRoot: false"},
		{"a condition", `resources: own: ` + config + `if db.resources.server.kind == "StatefulSet" {data: a: "b"}}`, "a: b"},
		{"nothing but an import", `resources: own: ` + stateful + `spec: {` + root + "}}\n_x: db.#config", "runAsNonRoot: false"},
		{"a number of replicas", `resources: own: {apiVersion: "autoscaling/v2", kind: "HorizontalPodAutoscaler", metadata: name: "own", spec: minReplicas: len(db.resources)}`, "minReplicas: 2"},
		{"a default without it", `resources: own: ` + deployment + `spec: replicas: *2 | db.#limits.replicas}`, "replicas: 2"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := source(t, consumerOf(test.text))
			built, err := s.build(BuildParams{Root: s.root})
			if err != nil {
				t.Fatal(strings.Join(describe(built, err), "\n"))
			}
			if text := bytes.Join(built.Text, nil); !bytes.Contains(text, []byte(test.want)) || bytes.Contains(text, []byte("runAsNonRoot: true")) {
				t.Errorf("lacks %q, or is held:\n%s", test.want, text)
			}
			for _, p := range built.Policies {
				if len(p.Objects) > 0 {
					t.Errorf("the policy is in force for %v", p.Objects)
				}
			}
		})
	}
}
