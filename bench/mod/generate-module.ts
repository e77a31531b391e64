import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** Objects of the modules that are compared. */
export const SMALL = 20;
export const LARGE = 2000;

/** What `cue` needs to write the objects of a generated module; `opm mod build` finds them itself. */
export const CUE_EXPORT = ["export", "-e", "resources", "--out", "yaml"] as const;

export interface GeneratedModule {
  /** Objects that it renders; an even number. */
  readonly objects: number;
  /** Default: `bench.test/shop@v0`. */
  readonly path?: string;
  /** Whether it has a policy that applies to each of its deployments. */
  readonly policy?: boolean;
}

/**
 * The files of a module without dependencies that renders a Deployment and a Service for each of its services, as modules do:
 * schemas, values with defaults, and a comprehension.
 */
function generateModule({ objects, path = "bench.test/shop@v0", policy = false }: GeneratedModule): Record<string, string> {
  const services = Array.from({ length: objects / 2 }, (_, index) => {
    const replicas = index % 3 === 0 ? `, replicas: ${1 + (index % 5)}` : "";
    return `\t"service-${index}": {port: ${1024 + index}, image: "registry.example.com/shop/service-${index}:1.${index % 40}.0"${replicas}}\n`;
  });
  return {
    "cue.mod/module.cue": `module: ${JSON.stringify(path)}\nlanguage: version: "v0.17.0"\nsource: kind: "self"\n`,
    "schema.cue": SCHEMA,
    "services.cue": `package shop\n\n#services: {\n${services.join("")}}\n`,
    "resources.cue": RESOURCES,
    ...(policy && { "policies.cue": POLICIES }),
  };
}

/** Writes it into a folder. */
export async function writeModule(folder: string, module: GeneratedModule): Promise<void> {
  for (const [name, text] of Object.entries(generateModule(module))) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
}

const SCHEMA = `package shop

#config: {
	namespace: string | *"shop"
	tier:      "test" | *"production"
}

#Service: {
	name:     string
	port:     int & >0 & <65536
	image:    string
	replicas: int & >=1 | *2
	env: [string]: string
}

#services: [Name=string]: #Service & {name: Name}
`;

const RESOURCES = `package shop

resources: {
	for name, service in #services {
		"\\(name)-deployment": {
			apiVersion: "apps/v1"
			kind:       "Deployment"
			metadata: {
				"name":    name
				namespace: #config.namespace
				labels: {app: name, tier: #config.tier}
			}
			spec: {
				replicas: service.replicas
				selector: matchLabels: app: name
				template: {
					metadata: labels: {app: name, tier: #config.tier}
					spec: containers: [{
						"name": name
						image:  service.image
						ports: [{containerPort: service.port, "name": "http"}]
						resources: requests: {cpu: "100m", memory: "128Mi"}
					}]
				}
			}
		}
		"\\(name)-service": {
			apiVersion: "v1"
			kind:       "Service"
			metadata: {
				"name":    name
				namespace: #config.namespace
				labels: {app: name, tier: #config.tier}
			}
			spec: {
				selector: app: name
				ports: [{port: service.port, targetPort: "http", "name": "http"}]
			}
		}
	}
}
`;

const POLICIES = `package shop

#policies: nonroot: {
	appliesTo: kinds: ["Deployment"]
	constrain: spec: template: spec: securityContext: runAsNonRoot: true
}
`;
