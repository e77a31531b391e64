package evaluate

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"cuelang.org/go/mod/modconfig"
	"cuelang.org/go/mod/modregistrytest"

	"cuelang.org/go/opm-cue/internal/rpc"
)

// files are texts by their names.
type files map[string]string

func moduleFile(path string, deps ...string) string {
	var text strings.Builder
	fmt.Fprintf(&text, "module: %q\nlanguage: version: \"v0.17.0\"\nsource: kind: \"self\"\n", path)
	for _, dep := range deps {
		name, version, _ := strings.Cut(dep, " ")
		fmt.Fprintf(&text, "deps: %q: v: %q\n", name, version)
	}
	return text.String()
}

// published are the modules of the registry, by path with version.
var published = map[string]files{
	"registry.test/postgres@v2.0.0": {"cue.mod/module.cue": moduleFile("registry.test/postgres@v2"), "postgres.cue": postgresText},
	"registry.test/internaldb@v0.1.0": {
		"cue.mod/module.cue": moduleFile("registry.test/internaldb@v0", "registry.test/postgres@v2 v2.0.0"), "internaldb.cue": internaldbText,
	},
	"two.test/lib@v1.0.0":  {"cue.mod/module.cue": moduleFile("two.test/lib@v1"), "lib.cue": "package lib\n"},
	"two.test/lib@v2.0.0":  {"cue.mod/module.cue": moduleFile("two.test/lib@v2"), "lib.cue": "package lib\n"},
	"low.test/lib@v0.1.0":  {"cue.mod/module.cue": moduleFile("low.test/lib@v0", "two.test/lib@v1 v1.2.0"), "lib.cue": "package lib\n"},
	"mini.test/kit@v0.1.0": {"cue.mod/module.cue": moduleFile("mini.test/kit@v0"), "kit.cue": kitText},
	"mini.test/web@v1.0.0": {"cue.mod/module.cue": moduleFile("mini.test/web@v1", "mini.test/kit@v0 v0.1.0"), "web.cue": webText},
	"mini.test/platweb@v0.1.0": {
		"cue.mod/module.cue": moduleFile("mini.test/platweb@v0", "mini.test/kit@v0 v0.1.0", "mini.test/web@v1 v1.0.0"), "platweb.cue": platwebText,
	},
}

const postgresText = `package postgres

#config: {name: string | *"postgres", image: string | *"postgres:16", replicas: int & >=1 | *1, user: int | *999}
#resources: {
	statefulset: {
		apiVersion: "apps/v1", kind: "StatefulSet"
		metadata: {name: #config.name, labels: {app: #config.name, ...}}
		spec: {
			serviceName: #config.name, replicas: #config.replicas
			selector: matchLabels: app: #config.name
			template: {
				metadata: labels: app: #config.name
				spec: {securityContext: {runAsUser: #config.user, ...}, containers: [{name: "postgres", image: #config.image}]}
			}
		}
	}
	service: {
		apiVersion: "v1", kind: "Service"
		metadata: {name: #config.name, labels: {app: #config.name, ...}}
		spec: {selector: app: #config.name, ports: [{port: 5432}]}
	}
}
`

const internaldbText = `package internaldb

import pg "registry.test/postgres@v2"

#Policy: {name: string, rule: _}
#policies: security: #Policy & {name: "run-as-non-root", rule: spec: template: spec: securityContext: {runAsNonRoot: true, runAsUser: >0}}
#resources: {
	for k, r in (pg & {#config: replicas: 3}).#resources {
		(k): r
		if r.kind == "StatefulSet" {(k): #policies.security.rule}
		(k): metadata: labels: team: "db"
	}
}
`

const kitText = `package kit

#Component: {metadata: {name: string, labels: {[string]: string}}, #resources: {[string]: _}, #traits: {[string]: _}, spec: {...}}
#Container: {
	metadata: {labels: {"kit/workload": string | *"stateless", ...}, ...}
	#resources: {"mini.test/kit/container": {}, ...}
	#traits: {...}
	spec: {container: {image: string, env: {[string]: string}}, ...}
	...
}
#Expose: {
	metadata: {...}
	#resources: {...}
	#traits: {"mini.test/kit/expose": {}, ...}
	spec: {expose: port: int, ...}
	...
}
#Policy: {metadata: name: string, appliesTo: kinds: [...string], constrain: {...}}
#Module: {
	metadata: {name: string, modulePath: string, version: string}
	#config: _
	#components: [Id=string]: #Component & {metadata: name: string | *Id}
	#policies: [string]: #Policy
	debugValues?: _
}
#Context: {name: string, namespace: string}
#Provider: transformers: [string]: {
	requiredLabels: {[string]: string}, requiredResources: [...string], requiredTraits: [...string]
	#transform: {#component: _, #context: #Context, output: {...}}
}
kubernetes: #Provider & {transformers: {
	deployment: {
		requiredLabels: "kit/workload": "stateless"
		requiredResources: ["mini.test/kit/container"], requiredTraits: []
		#transform: {
			#component: _
			#context:   _
			output: {
				apiVersion: "apps/v1", kind: "Deployment"
				metadata: {name: #component.metadata.name, namespace: #context.namespace}
				spec: {
					selector: matchLabels: app: #component.metadata.name
					template: {metadata: labels: app: #component.metadata.name
						spec: containers: [{name: #component.metadata.name, image: #component.spec.container.image}]}
				}
			}
		}
	}
	service: {
		requiredLabels: {}, requiredResources: [], requiredTraits: ["mini.test/kit/expose"]
		#transform: {
			#component: _
			#context:   _
			output: {
				apiVersion: "v1", kind: "Service"
				metadata: {name: #component.metadata.name, namespace: #context.namespace}
				spec: {selector: app: #component.metadata.name, ports: [{port: #component.spec.expose.port}]}
			}
		}
	}
}}
`

const webText = `package web

import "mini.test/kit@v0"

kit.#Module
metadata: {name: "web", modulePath: "mini.test/web@v1", version: "1.0.0"}
#config: {image: string | *"nginx:1.29", port: int | *8080}
debugValues: {image: "nginx:1.29", port: 8080}
#components: site: {
	kit.#Container
	kit.#Expose
	spec: {container: {image: #config.image, env: {}}, expose: port: #config.port}
}
`

const platwebText = `package platweb

import ("mini.test/web@v1", "mini.test/kit@v0")

web
#policies: nonroot: {metadata: name: "non-root", appliesTo: kinds: ["Deployment"], constrain: spec: template: spec: securityContext: runAsNonRoot: true}
#components: logger: {
	kit.#Container
	spec: container: {image: "busybox:1.37", env: {}}
}
`

// newTestSource serves the published modules and writes a module to work on.
func newTestSource(t *testing.T, module files) *source {
	t.Helper()
	return newTestRegistry(t)(t, module)
}

// newTestRegistry serves the published modules, for as many modules to work on as are asked for.
func newTestRegistry(t *testing.T) func(*testing.T, files) *source {
	t.Helper()
	served := fstest.MapFS{}
	for name, texts := range published {
		for file, text := range texts {
			served[filepath.ToSlash(filepath.Join(strings.ReplaceAll(strings.ReplaceAll(name, "/", "_"), "@", "_"), file))] = &fstest.MapFile{Data: []byte(text)}
		}
	}
	server, err := modregistrytest.New(served, "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	cache := t.TempDir()
	registry, err := modconfig.NewRegistry(&modconfig.Config{
		CUERegistry: server.Host() + "+insecure",
		Env:         []string{"CUE_CACHE_DIR=" + cache, "CUE_CONFIG_DIR=" + t.TempDir()},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { makeWritable(cache) })
	return func(t *testing.T, module files) *source {
		t.Helper()
		root := t.TempDir()
		writeFiles(t, root, module)
		return &source{ctx: t.Context(), registry: registry, root: root}
	}
}

func writeFiles(t *testing.T, root string, texts files) {
	t.Helper()
	for name, text := range texts {
		path := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// makeWritable opens the folders of a module cache, which are read-only, so that they can be removed.
func makeWritable(root string) {
	_ = filepath.WalkDir(root, func(path string, entry os.DirEntry, err error) error {
		if err == nil && entry.IsDir() {
			return os.Chmod(path, 0o755)
		}
		return err
	})
}

// place is the last part of a position's file, with its line.
func place(p rpc.Position) string {
	return fmt.Sprintf("%s:%d", p.File[strings.LastIndex(p.File, "/")+1:], p.Line)
}

// cut takes the name from a text that begins with it.
func cut(text string) (name, rest string, found bool) { return strings.Cut(text, ": ") }
