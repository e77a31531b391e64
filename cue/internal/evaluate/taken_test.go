package evaluate

import (
	"bytes"
	"strings"
	"testing"
)

// guarded are modules with a policy, and others between them and a consumer.
var guarded = map[string]files{
	"guarded.test/postgres@v1.0.0": {"cue.mod/module.cue": moduleFile("guarded.test/postgres@v1"), "postgres.cue": `package postgres

#config: {name: string | *"postgres", port: int | *5432}
_labels: app: #config.name
resources: {
	server: {
		apiVersion: "apps/v1", kind: "StatefulSet"
		metadata: {name: #config.name, labels: _labels}
		spec: {
			serviceName: #config.name
			selector: matchLabels: _labels
			template: {
				metadata: labels: _labels
				spec: containers: [{name: "postgres", image: "postgres:17", ports: [{containerPort: #config.port}]}, ...]
			}
			volumeClaimTemplates: [{metadata: name: "data", spec: accessModes: ["ReadWriteOnce"]}]
		}
	}
	service: {
		apiVersion: "v1", kind: "Service", metadata: name: #config.name
		spec: {selector: _labels, ports: [{port: #config.port}]}
	}
}
`},
	"guarded.test/db@v0.1.0": {
		"cue.mod/module.cue": moduleFile("guarded.test/db@v0", "guarded.test/postgres@v1 v1.0.0"), "db.cue": `package db

import "guarded.test/postgres@v1"

postgres
#limits: replicas: 3
#policies: nonroot: {
	appliesTo: kinds: ["StatefulSet"]
	constrain: spec: template: spec: securityContext: runAsNonRoot: true
}
`},
	"guarded.test/mid@v0.1.0": {
		"cue.mod/module.cue": moduleFile("guarded.test/mid@v0", "guarded.test/db@v0 v0.1.0", "guarded.test/postgres@v1 v1.0.0"), "mid.cue": `package mid

import "guarded.test/db@v0"

#Server: {db.resources.server, ...}
parts: spec: db.resources.server.spec
#wrap: {of: _, out: {spec: of.spec, ...}}
objects: again: db.resources.server
`},
	"guarded.test/again@v0.1.0": {
		"cue.mod/module.cue": moduleFile("guarded.test/again@v0", "guarded.test/db@v0 v0.1.0", "guarded.test/postgres@v1 v1.0.0"), "again.cue": "package again\n\nimport \"guarded.test/db@v0\"\n\ndb\n",
	},
}

func init() {
	for name, texts := range guarded {
		published[name] = texts
	}
}

// consumerOf is a module that imports what it uses of the guarded ones.
func consumerOf(text string) files {
	var imports strings.Builder
	deps := []string{"guarded.test/db@v0 v0.1.0", "guarded.test/postgres@v1 v1.0.0"}
	for _, name := range []string{"guarded.test/db@v0", "guarded.test/mid@v0", "guarded.test/again@v0", "guarded.test/postgres@v1", "encoding/json", "encoding/yaml", "encoding/base64", "list", "strings", "struct", "crypto/sha256", "encoding/hex", "main.test/app/pieces"} {
		short := name[strings.LastIndex(name, "/")+1:]
		short, _, _ = strings.Cut(short, "@")
		if strings.Contains(text, short+".") || strings.Contains("\n"+text, "\n"+short+"\n") || strings.Contains(text, "("+short+" &") {
			imports.WriteString("import \"" + name + "\"\n")
			if short == "mid" || short == "again" {
				deps = append(deps, name+" v0.1.0")
			}
		}
	}
	module := moduleOf("package app\n"+imports.String()+text+"\n", deps...)
	module["pieces/pieces.cue"] = "package pieces\n\nimport \"guarded.test/db@v0\"\n\nspec: db.resources.server.spec\n"
	return module
}

const (
	// server begins a StatefulSet, strange an object of another kind, off is what the policy forbids.
	server  = `{apiVersion: "apps/v1", kind: "StatefulSet", metadata: name: "own", `
	strange = `{apiVersion: "x.test/v1", kind: "Database", metadata: name: "own", `
	off     = `template: spec: securityContext: runAsNonRoot: false`
)

// TestWaysAround has what a consumer may try who wants to be rid of a policy. What is not refused has, in its text, as many
// demands of the policy as it has servers.
func TestWaysAround(t *testing.T) {
	source := newTestRegistry(t)
	for name, text := range map[string]string{
		"whole object":                                     `resources: own: db.resources.server & {spec: ` + off + `}`,
		"its spec in an object of the same kind":           `resources: own: ` + server + `spec: db.resources.server.spec & {` + off + `}}`,
		"its spec embedded":                                `resources: own: ` + server + `spec: {db.resources.server.spec, ` + off + `}}`,
		"its spec embedded, without more":                  `resources: own: ` + server + `spec: {db.resources.server.spec}}`,
		"in a List":                                        `resources: all: {apiVersion: "v1", kind: "List", metadata: name: "all", items: [db.resources.server & {spec: ` + off + `}]}`,
		"in a List, as it is":                              `resources: all: {apiVersion: "v1", kind: "List", metadata: name: "all", items: [db.resources.server]}`,
		"in a List of Lists":                               `resources: all: {apiVersion: "v1", kind: "List", metadata: name: "all", items: [{apiVersion: "v1", kind: "List", items: [db.resources.service, db.resources.server]}]}`,
		"in a typed list":                                  `resources: all: {apiVersion: "apps/v1", kind: "StatefulSetList", metadata: name: "all", items: [{metadata: name: "a", spec: db.resources.server.spec}]}`,
		"in resources of another kind":                     `resources: all: {apiVersion: "x.test/v1", kind: "Bundle", metadata: name: "b", spec: resources: [db.resources.server]}`,
		"in a manifest of another kind":                    `resources: all: {apiVersion: "x.test/v1", kind: "Object", metadata: name: "b", spec: forProvider: manifest: db.resources.server & {spec: ` + off + `}}`,
		"its spec in another kind":                         `resources: own: ` + strange + `spec: db.resources.server.spec}`,
		"its template in another kind":                     `resources: own: ` + strange + `spec: podTemplate: db.resources.server.spec.template}`,
		"its template in another kind, against the policy": `resources: own: ` + strange + `spec: podTemplate: db.resources.server.spec.template & {spec: securityContext: runAsNonRoot: false}}`,
		"its template in a Deployment":                     `resources: own: {apiVersion: "apps/v1", kind: "Deployment", metadata: name: "own", spec: template: db.resources.server.spec.template}`,
		"its containers in a Deployment":                   `resources: own: {apiVersion: "apps/v1", kind: "Deployment", metadata: name: "own", spec: template: spec: containers: db.resources.server.spec.template.spec.containers}`,
		"its containers in an own StatefulSet":             `resources: own: ` + server + `spec: {template: spec: containers: db.resources.server.spec.template.spec.containers, ` + off + `}}`,
		"one container":                                    `resources: own: {apiVersion: "v1", kind: "Pod", metadata: name: "own", spec: containers: [db.resources.server.spec.template.spec.containers[0]]}`,
		"a comprehension over the object":                  `resources: own: {for k, v in db.resources.server if k != "kind" {(k): v}, kind: "Deployment"}`,
		"a comprehension that leaves the kind":             `resources: own: {for k, v in db.resources.server {(k): v}}`,
		"a comprehension over the template":                `resources: own: ` + server + `spec: template: spec: {for k, v in db.resources.server.spec.template.spec if k != "securityContext" {(k): v}, securityContext: runAsNonRoot: false}}`,
		"a comprehension that writes containers anew":      `resources: own: ` + server + `spec: {template: spec: containers: [for c in db.resources.server.spec.template.spec.containers {name: c.name, image: c.image}], ` + off + `}}`,
		"a comprehension over all objects":                 `resources: {for k, v in db.resources if k == "server" {"my-\(k)": v & {spec: ` + off + `}}}`,
		"a comprehension that embeds":                      `resources: own: ` + strange + `spec: {for k, v in db.resources.server if k == "spec" {v}}}`,
		"a condition":                                      `resources: own: ` + strange + `if db.resources.server.kind == "StatefulSet" {spec: db.resources.server.spec}}`,
		"let":                                              "let s = db.resources.server\nresources: own: " + server + `spec: s.spec & {` + off + `}}`,
		"let in the object":                                `resources: own: {let s = db.resources.server, ` + strange[1:] + `spec: s.spec}`,
		"a hidden field":                                   "_x: db.resources.server\nresources: own: " + strange + `spec: _x.spec}`,
		"an alias":                                         "X=local: db.resources.server\nresources: own: " + strange + `spec: X.spec}`,
		"a definition":                                     "#Mine: db.resources.server.spec\nresources: own: " + strange + `spec: #Mine}`,
		"a definition like a function":                     "#f: {in: _, out: {spec: in.spec, ...}}\nresources: own: " + strange + `spec: (#f & {in: db.resources.server}).out.spec}`,
		"a function of a module between":                   `resources: own: ` + strange + `spec: (mid.#wrap & {of: db.resources.server}).out.spec}`,
		"a dynamic field":                                  "_key: \"server\"\nresources: own: " + strange + `spec: db.resources[_key].spec}`,
		"a dynamic field of its own":                       `resources: own: ` + strange + `("sp" + "ec"): db.resources.server.spec}`,
		"an element of a list":                             `resources: own: ` + strange + `spec: [db.resources.server, db.resources.service][0].spec}`,
		"list.Concat":                                      `resources: all: {apiVersion: "v1", kind: "List", metadata: name: "all", items: list.Concat([[db.resources.service], [db.resources.server & {spec: ` + off + `}]])}`,
		"list.Concat in another kind":                      `resources: own: ` + strange + `spec: containers: list.Concat([db.resources.server.spec.template.spec.containers, []])}`,
		"written as JSON and read again":                   `resources: own: json.Unmarshal(json.Marshal(db.resources.server)) & {spec: ` + off + `}`,
		"written as JSON and read again, in part":          `resources: own: ` + strange + `spec: json.Unmarshal(json.Marshal(db.resources.server)).spec}`,
		"written as JSON and read again, over two fields":  "_a: json.Marshal(db.resources.server.spec)\n_b: json.Unmarshal(_a)\nresources: own: " + strange + `spec: _b}`,
		"YAML in a ConfigMap":                              `resources: own: {apiVersion: "v1", kind: "ConfigMap", metadata: name: "own", data: "a.yaml": yaml.Marshal(db.resources.server)}`,
		"YAML of all in a ConfigMap":                       `resources: own: {apiVersion: "v1", kind: "ConfigMap", metadata: name: "own", data: "a.yaml": yaml.MarshalStream([for r in db.resources {r}])}`,
		"YAML of a new object in a ConfigMap":              `resources: own: {apiVersion: "v1", kind: "ConfigMap", metadata: name: "own", data: "a.yaml": yaml.Marshal(` + server + `spec: db.resources.server.spec})}`,
		"JSON in a text":                                   `resources: own: {apiVersion: "v1", kind: "ConfigMap", metadata: name: "own", data: a: "patch \(json.Marshal(db.resources.server.spec))"}`,
		"JSON with its words replaced":                     `resources: own: {apiVersion: "v1", kind: "ConfigMap", metadata: name: "own", data: a: strings.Replace(json.Marshal(db.resources.server), "true", "false", -1)}`,
		"JSON in base64":                                   `resources: own: {apiVersion: "v1", kind: "Secret", metadata: name: "own", data: a: base64.Encode(null, json.Marshal(db.resources.server))}`,
		"a default of the whole object":                    `resources: own: *(db.resources.server & {spec: ` + off + `}) | {...}`,
		"a default of the whole object, in a List":         `resources: all: {apiVersion: "v1", kind: "List", metadata: name: "all", items: [*(db.resources.server & {spec: ` + off + `}) | {...}]}`,
		"a default of the whole object, as it is":          `resources: own: *db.resources.server | {...}`,
		"a default of a disjunction":                       `resources: own: ` + strange + `spec: *db.resources.server.spec | {x: 1}}`,
		"a default against the policy":                     `resources: own: ` + server + `spec: *(db.resources.server.spec & {` + off + `}) | {x: 1}}`,
		"an alternative of a disjunction":                  "_any: db.resources.server | {kind: \"Pod\"}\nresources: own: _any & {kind: \"StatefulSet\", spec: " + off + `}`,
		"a module between":                                 `resources: own: ` + strange + `spec: mid.parts.spec}`,
		"a definition of a module between":                 `resources: own: ` + strange + `spec: mid.#Server.spec}`,
		"an object of a module between":                    `resources: own: mid.objects.again & {spec: ` + off + `}`,
		"a module that embeds it":                          `resources: own: ` + server + `spec: again.resources.server.spec & {` + off + `}}`,
		"another configuration":                            `resources: own: ` + strange + `spec: (db & {#config: name: "mine"}).resources.server.spec}`,
		"other objects of another configuration":           `resources: (db & {#config: name: "mine"}).resources & {server: spec: ` + off + `}`,
		"embedded, and a part in another kind":             "db\nresources: own: " + strange + `spec: template: resources.server.spec.template}`,
		"embedded, and in a List":                          "db\nresources: own: {apiVersion: \"v1\", kind: \"List\", metadata: name: \"l\", items: [" + server + `spec: ` + off + `}]}`,
		"two objects of its parts":                         `resources: {a: ` + strange + `spec: template: db.resources.server.spec.template}, b: {apiVersion: "x.test/v1", kind: "Claims", metadata: name: "b", spec: claims: db.resources.server.spec.volumeClaimTemplates}}`,
		"a pattern":                                        `resources: [_]: spec: db.resources.server.spec` + "\nresources: own: " + strange + `}`,
		"struct and list functions":                        `resources: own: ` + strange + `spec: list.FlattenN([[db.resources.server.spec]], 1)[0]}`,
		"a slice":                                          `resources: own: ` + strange + `spec: containers: db.resources.server.spec.template.spec.containers[0:1]}`,
		"an unknown number of packages of text":            `resources: own: ` + strange + `spec: {db.resources.server.spec & {...}}}`,
		"a copy made by a recursive definition":            "#copy: {X=in: _, out: {for k, v in X if (v & {...}) != _|_ {(k): (#copy & {in: v}).out}, for k, v in X if (v & {...}) == _|_ {(k): v}}}\nresources: own: " + strange + `spec: (#copy & {in: db.resources.server.spec}).out}`,
		"containers written anew in another kind":          `resources: own: ` + strange + `spec: containers: [for c in db.resources.server.spec.template.spec.containers {name: c.name, image: c.image, ports: [for p in c.ports {p}]}]}`,
		"a conjunction by and":                             `resources: own: ` + strange + `spec: and([db.resources.server.spec])}`,
		"closed":                                           `resources: own: ` + strange + `spec: close(db.resources.server.spec)}`,
		"a sibling package":                                "resources: own: " + strange + `spec: pieces.spec}`,
		"a number of the other objects":                    `resources: all: {apiVersion: "v1", kind: "List", metadata: name: "all", items: [for r in db.resources {r & {metadata: namespace: "a"}}]}`,
		"a map of manifests":                               `resources: own: ` + strange + `spec: manifests: {for k, v in db.resources {(k): v}}}`,
		"texts of manifests":                               `resources: own: ` + strange + `spec: manifests: [for k, v in db.resources {json.Marshal(v)}]}`,
		"a template of text":                               `resources: own: {apiVersion: "v1", kind: "ConfigMap", metadata: name: "own", data: a: strings.Join([for k, v in db.resources.server.spec {json.Marshal({(k): v})}], ",")}`,
		"an object without its name":                       `resources: {for k, v in db.resources {(k): {for l, w in v if l != "metadata" {(l): w}, metadata: name: "mine-\(k)"}}}`,
	} {
		t.Run(name, func(t *testing.T) {
			s := source(t, consumerOf(text))
			built, err := s.build(BuildParams{Root: s.root})
			t.Log(strings.Join(describe(built, err), "\n"))
			if built == nil {
				if got := describe(built, err); !strings.HasPrefix(got[0], "refused: the policy nonroot of guarded.test/db@v0.1.0 is violated") {
					t.Error("not refused by the policy")
				}
				return
			}
			text := bytes.Join(built.Text, nil)
			if bytes.Contains(text, []byte("runAsNonRoot: false")) || !bytes.Contains(text, []byte("runAsNonRoot: true")) {
				t.Errorf("not held:\n%s", text)
			}
		})
	}
}

// TestExpressionsAround renders what is asked for on the command line.
func TestExpressionsAround(t *testing.T) {
	source := newTestRegistry(t)
	for _, expression := range []string{
		"x", "[x]", "x.spec", "x.spec.template", "{a: x}", "[for k, v in x {v}][3]",
		strange + "spec: x.spec}", `{apiVersion: "v1", kind: "List", metadata: name: "l", items: [x]}`,
	} {
		t.Run(expression, func(t *testing.T) {
			s := source(t, consumerOf("x: db.resources.server\nresources: {}"))
			built, err := s.build(BuildParams{Root: s.root, Expression: expression})
			if err != nil {
				t.Fatal(strings.Join(describe(built, err), "\n"))
			}
			if text := bytes.Join(built.Text, nil); !bytes.Contains(text, []byte("runAsNonRoot: true")) {
				t.Errorf("not held:\n%s", text)
			}
		})
	}
	for _, expression := range []string{"json.Marshal(x)", `"\(json.Marshal(x))"`, `x & {spec: ` + off + `}`} {
		t.Run(expression, func(t *testing.T) {
			s := source(t, consumerOf("x: db.resources.server\nresources: {}\n_used: json.Marshal(x)"))
			built, err := s.build(BuildParams{Root: s.root, Expression: expression})
			if got := describe(built, err); !strings.HasPrefix(got[0], "refused: the policy nonroot") {
				t.Error(strings.Join(got, "\n"))
			}
		})
	}
}

// TestOtherSelections has a policy that selects by what a consumer may write.
func TestOtherSelections(t *testing.T) {
	source := newTestRegistry(t)
	for _, test := range []struct{ name, policy, text, want string }{
		{"by a name, which is another", `appliesTo: names: ["db"]`, "guard\n#config: name: \"mine\"", "paused: false"},
		{"by a name, which is another in a copy", `appliesTo: names: ["db"]`, "resources: own: {for k, v in guard.resources.web if k != \"metadata\" {(k): v}, metadata: name: \"x\"}", "paused: false"},
		{"by labels, which are others", `appliesTo: matchLabels: tier: "data"`, "guard\n#config: tier: \"other\"", "paused: false"},
		{"by a namespace, which is another", `appliesTo: namespaces: ["shop"]`, "guard\n#config: namespace: \"other\"", "paused: false"},
		{"by an apiVersion, which is another", `appliesTo: apiVersions: ["apps/v1"]`, "resources: own: {for k, v in guard.resources.web if k != \"apiVersion\" {(k): v}, apiVersion: \"apps/v2\"}", "paused: false"},
		{"by a pattern that holds", `match: spec: replicas: >=2`, "guard\n#config: replicas: 2", "paused: false"},
		{"by a pattern that does not hold", `match: spec: replicas: >=2`, "guard\n#config: replicas: 1", "replicas: 1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := source(t, files{
				"cue.mod/module.cue": moduleFile("main.test/app@v0"),
				"guard/guard.cue": `package guard

#config: {name: string | *"db", namespace: string | *"shop", tier: string | *"data", replicas: int | *3}
#policies: p: {` + test.policy + `, constrain: spec: paused: false}
resources: web: {
	apiVersion: "apps/v1", kind: "Deployment", metadata: {name: #config.name, namespace: #config.namespace, labels: tier: #config.tier}
	spec: {replicas: #config.replicas, template: spec: containers: [{name: "a"}]}
}
`,
				"app.cue": "package app\n\nimport \"main.test/app/guard\"\n\n" + test.text + "\n",
			})
			built, err := s.build(BuildParams{Root: s.root})
			if err != nil {
				t.Fatal(strings.Join(describe(built, err), "\n"))
			}
			text := string(bytes.Join(built.Text, nil))
			if !strings.Contains(text, test.want) || strings.Contains(text, "paused") != (test.want == "paused: false") {
				t.Errorf("got\n%s", text)
			}
		})
	}
}
