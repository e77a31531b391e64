import { join } from "node:path";
import type { Tool } from "../support/tools.ts";
import type { Sandbox } from "./sandbox.ts";

export interface Chart {
  readonly name: string;
  readonly version: string;
  /** An entry of `dependencies`, which is fetched over plain HTTP. */
  readonly dependency?: string;
}

/** Writes a Helm chart with one template and packages it. Gives the path of the archive. */
export async function packageChart(helm: Tool, sandbox: Sandbox, { name, version, dependency }: Chart): Promise<string> {
  const folder = join(sandbox.fresh(), name);
  const dependencies = dependency === undefined ? "" : `dependencies:\n  - ${dependency}\n`;
  await Bun.write(join(folder, "Chart.yaml"), `apiVersion: v2\nname: ${name}\nversion: ${version}\n${dependencies}`);
  const template = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ .Chart.Name }}}\ndata:\n  chart: {{ .Chart.Name }}\n  release: {{ .Release.Name }}\n";
  await Bun.write(join(folder, "templates", "config.yaml"), template);
  if (dependency !== undefined) await sandbox.succeed(helm, ["dependency", "update", folder, "--plain-http"]);
  await sandbox.succeed(helm, ["package", folder], { directory: join(folder, "..") });
  return join(folder, "..", `${name}-${version}.tgz`);
}
