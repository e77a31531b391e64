/** The modules that tests of `opm mod` work with, as text. Each is `<path>@vN`, with versions, dependencies and one package. */

const user = (name: string, letter: string) => `package ${name}\n\nimport "lib.test/base@v1"\n\nbase\n${letter}: 1\n`;
const base = (version: string) => ({ "lib.test/base@v1": version });

/** F1, F2 and F3: a library of two majors, with a pre-release, and two modules that require it. What is required comes first. */
export const LIBRARY = [
  { path: "lib.test/base@v1", version: "v1.0.0", deps: {}, text: "package base\n\nx: 1\n" },
  { path: "lib.test/base@v1", version: "v1.1.0", deps: {}, text: "package base\n\nx: 1\ny: 2\n" },
  { path: "lib.test/base@v1", version: "v1.2.0-rc.1", deps: {}, text: "package base\n\nx: 1\ny: 2\nz: 3\n" },
  { path: "lib.test/base@v2", version: "v2.0.0", deps: {}, text: "package base\n\nx: 1\nsecond: true\n" },
  { path: "lib.test/left@v0", version: "v0.1.0", deps: base("v1.0.0"), text: user("left", "l") },
  { path: "lib.test/left@v0", version: "v0.1.1", deps: base("v1.0.0"), text: user("left", "l") },
  { path: "lib.test/left@v0", version: "v0.2.0", deps: base("v1.0.0"), text: user("left", "l") },
  { path: "lib.test/right@v0", version: "v0.1.0", deps: base("v1.1.0"), text: user("right", "r") },
] as const;

/** F4: the application `app.test/main@v0`. */
export const APP = 'package main\n\nimport (\n\t"lib.test/left@v0"\n\t"lib.test/right@v0"\n)\n\nout: {left, right}\n';

/** The dependencies of `APP` as they were before anything was updated. */
export const APP_DEPS = { "lib.test/base@v1": "v1.1.0", "lib.test/left@v0": "v0.1.0", "lib.test/right@v0": "v0.1.0" };

/** F5: `x.cue` of modules that do not evaluate, `bad.test/eval@v0` and `bad.test/syntax@v0`. */
export const BAD_VALUES = "package eval\n\na: 1\na: 2\n";
export const BAD_SYNTAX = "package syntax\n\na: {\n";

/** F8: a consumer of `INTERNALDB` that sets something beside its policy, or against it. */
export const consumer = (securityContext: string) =>
  `package app\n\nimport idb "registry.test/internaldb@v0"\n\n#resources: idb.#resources & {statefulset: spec: template: spec: securityContext: ${securityContext}}\n`;

/** F6: a database, `registry.test/postgres@v2`. */
export const POSTGRES = `package postgres

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
`;

/** F7: an extension of it with a policy, `registry.test/internaldb@v0`. */
export const INTERNALDB = `package internaldb

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
`;

/** F9: a kit of components, a web site made with it, and a platform around that. */
export const KIT = `package kit

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
`;

export const WEB = `package web

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
`;

export const PLATWEB = `package platweb

import ("mini.test/web@v1", "mini.test/kit@v0")

web
#policies: nonroot: {metadata: name: "non-root", appliesTo: kinds: ["Deployment"], constrain: spec: template: spec: securityContext: runAsNonRoot: true}
#components: logger: {
	kit.#Container
	spec: container: {image: "busybox:1.37", env: {}}
}
`;
