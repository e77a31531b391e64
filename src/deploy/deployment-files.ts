import Mustache from "mustache";
import type { Deployment, Template } from "./deployment.ts";
import composeTemplate from "./templates/compose.yaml.txt" with { type: "text" };
import kubernetesTemplate from "./templates/kubernetes.yaml.txt" with { type: "text" };
import serviceTemplate from "./templates/opm.service.txt" with { type: "text" };
import configTemplate from "./templates/opm.yaml.txt" with { type: "text" };

/** A file of a deployment, by its path in the folder of all. */
export interface DeploymentFile {
  readonly path: string;
  readonly text: string;
  /** Nobody but its owner may read it. */
  readonly secret?: true;
}

/** Where what runs has its files. */
interface Places {
  /** What the configuration calls that which runs. */
  readonly place: string;
  readonly data: string;
  /** Undefined: the URL is in the environment. */
  readonly databaseUrlFile: string | undefined;
  readonly tls: { readonly certificate: string; readonly key: string } | undefined;
}

/** The configuration, and what runs it: the files that a template has for these components. Values of others are quoted. */
export function deploymentFiles(deployment: Deployment): DeploymentFile[] {
  const { template } = deployment;
  const config = render(configTemplate, configView(deployment));
  const view = {
    ...viewOf(deployment),
    environment: environmentOf(deployment),
    image: JSON.stringify(deployment.image),
    indentedConfig: config.trimEnd().replaceAll(/^(?=.)/gm, "    "),
  };
  const file = (path: string, text: string): DeploymentFile => ({ path, text });
  if (template === "kubernetes") return [file("kubernetes.yaml", render(kubernetesTemplate, view))];
  const files = [file("opm.yaml", config)];
  if (template === "systemd") files.push(file("opm.service", render(serviceTemplate, { ...view, tls: deployment.tls })));
  if (template === "compose") files.push(file("compose.yaml", render(composeTemplate, { ...view, tls: deployment.tls })), ...composeSecrets(deployment));
  return files;
}

/** The password of a database of its own, which nobody chose, and room for the keys of the bucket. */
function composeSecrets({ content, metadata }: Deployment): DeploymentFile[] {
  const password = Buffer.from(crypto.getRandomValues(new Uint8Array(24))).toString("hex");
  const variables = [
    ...(metadata === "postgres" ? [`OPM_STORAGE_METADATA_URL=postgres://opm:${password}@database:5432/opm`] : []),
    ...(content === "bucket" ? ["AWS_ACCESS_KEY_ID=", "AWS_SECRET_ACCESS_KEY="] : []),
  ];
  return [
    ...(variables.length > 0 ? [{ path: "opm.env", text: `${variables.join("\n")}\n`, secret: true } as const] : []),
    ...(metadata === "postgres" ? [{ path: "database.env", text: `POSTGRES_PASSWORD=${password}\n`, secret: true } as const] : []),
  ];
}

/** What is in `opm.env`, for people. */
function environmentOf({ content, metadata }: Deployment): string | undefined {
  const parts = [...(metadata === "postgres" ? ["the URL of the database"] : []), ...(content === "bucket" ? ["the keys of the bucket"] : [])];
  return parts.length === 0 ? undefined : parts.join(" and ");
}

function viewOf({ content, metadata, access, tls }: Deployment) {
  return {
    disk: content === "disk",
    sqlite: metadata === "sqlite",
    stateless: content === "bucket" && metadata === "postgres",
    accounts: access === "accounts",
    tls: tls !== undefined,
  };
}

function configView(deployment: Deployment) {
  const { template, bucket, publicUrl, workers } = deployment;
  const { place, data, databaseUrlFile, tls } = placesOf(deployment);
  return {
    ...viewOf(deployment),
    // In a container nothing of the outside is loopback; elsewhere open means this machine alone.
    everywhere: isContainer(template) || deployment.access === "accounts",
    place,
    data: JSON.stringify(data),
    databaseUrlFile: databaseUrlFile && JSON.stringify(databaseUrlFile),
    tls: tls && { certificate: JSON.stringify(tls.certificate), key: JSON.stringify(tls.key) },
    publicUrl: publicUrl && JSON.stringify(publicUrl),
    workers: workers === "1" ? undefined : workers,
    bucket: JSON.stringify(bucket?.name ?? ""),
    endpoint: bucket?.endpoint && JSON.stringify(bucket.endpoint),
    region: bucket?.region && JSON.stringify(bucket.region),
  };
}

function placesOf({ template, tls }: Deployment): Places {
  const inside = (folder: string) => tls && { certificate: `${folder}/tls.crt`, key: `${folder}/tls.key` };
  if (template === "compose") return { place: "container", data: "/var/lib/opm", databaseUrlFile: undefined, tls: inside("/etc/opm/tls") };
  if (template === "kubernetes") return { place: "container", data: "/var/lib/opm", databaseUrlFile: "/run/secrets/opm/url", tls: inside("/etc/opm-tls") };
  // systemd's LoadCredential puts a copy there that the service may read (systemd.exec(5)).
  if (template === "systemd") {
    const credentials = "/run/credentials/opm.service";
    return { place: "machine", data: "/var/lib/opm", databaseUrlFile: `${credentials}/database-url`, tls: inside(credentials) };
  }
  return { place: "machine", data: "./data", databaseUrlFile: "./database-url", tls };
}

function isContainer(template: Template): boolean {
  return template === "compose" || template === "kubernetes";
}

/** Nothing is escaped for HTML: values are quoted before. */
function render(template: string, view: object): string {
  return Mustache.render(template, view, undefined, { escape: String });
}
