import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Tool } from "../support/tools.ts";
import { packageChart } from "./charts.ts";
import { publishLibrary, writeUser } from "./cue-modules.ts";
import { writeLayout } from "./images.ts";
import type { Ran, Sandbox } from "./sandbox.ts";

/** One client in one sandbox, and the registry it talks to as `host:port`. */
export interface Seat {
  readonly tool: Tool;
  readonly sandbox: Sandbox;
  readonly host: string;
}

/** What every client can do, each in its own words. `repository` starts with `team/` or `public/`. */
export interface LoginClient {
  readonly logIn: (seat: Seat, user: string, password: string) => Promise<Ran>;
  /** Whether `logIn` asks the registry, or only keeps what it is told. */
  readonly asksAtOnce: boolean;
  readonly push: (seat: Seat, repository: string) => Promise<Ran>;
  readonly pull: (seat: Seat, repository: string) => Promise<Ran>;
}

const crane: LoginClient = {
  asksAtOnce: false,
  logIn: ({ tool, sandbox, host }, user, password) => sandbox.run(tool, ["auth", "login", host, "-u", user, "--password-stdin"], { stdin: password }),
  async push({ tool, sandbox, host }, repository) {
    const { folder } = await writeLayout(sandbox.fresh(), "index");
    return sandbox.run(tool, ["push", folder, `${host}/${repository}:v1`, "--index"]);
  },
  pull: ({ tool, sandbox, host }, repository) => sandbox.run(tool, ["validate", "--remote", `${host}/${repository}:v1`]),
};

const regctl: LoginClient = {
  asksAtOnce: true,
  async logIn({ tool, sandbox, host }, user, password) {
    await sandbox.succeed(tool, ["registry", "set", host, "--tls", "disabled", "--skip-check"]);
    return sandbox.run(tool, ["registry", "login", host, "-u", user, "--pass-stdin"], { stdin: password });
  },
  async push({ tool, sandbox, host }, repository) {
    const { folder, tag } = await writeLayout(sandbox.fresh());
    return sandbox.run(tool, ["image", "copy", `ocidir://${folder}:${tag}`, `${host}/${repository}:v1`, "--host", `reg=${host},tls=disabled`]);
  },
  pull: ({ tool, sandbox, host }, repository) =>
    sandbox.run(tool, ["image", "copy", `${host}/${repository}:v1`, `ocidir://${sandbox.fresh()}:v1`, "--host", `reg=${host},tls=disabled`]),
};

const helm: LoginClient = {
  asksAtOnce: true,
  logIn: ({ tool, sandbox, host }, user, password) =>
    sandbox.run(tool, ["registry", "login", host, "--plain-http", "-u", user, "--password-stdin"], { stdin: password }),
  async push({ tool, sandbox, host }, repository) {
    const archive = await packageChart(tool, sandbox, { name: "demo", version: "1.0.0" });
    return sandbox.run(tool, ["push", archive, `oci://${host}/${repository}`, "--plain-http"]);
  },
  pull({ tool, sandbox, host }, repository) {
    const target = sandbox.fresh();
    mkdirSync(target);
    return sandbox.run(tool, ["pull", `oci://${host}/${repository}/demo`, "--version", "1.0.0", "--plain-http", "-d", target]);
  },
};

const skopeo: LoginClient = {
  asksAtOnce: true,
  logIn: ({ tool, sandbox, host }, user, password) =>
    sandbox.run(tool, ["login", host, "--tls-verify=false", "-u", user, "--password-stdin"], { stdin: password }),
  async push({ tool, sandbox, host }, repository) {
    const { folder, tag } = await writeLayout(sandbox.fresh());
    return sandbox.run(tool, ["--insecure-policy", "copy", "--all", "--dest-tls-verify=false", `oci:${folder}:${tag}`, `docker://${host}/${repository}:v1`]);
  },
  pull: ({ tool, sandbox, host }, repository) =>
    sandbox.run(tool, ["--insecure-policy", "copy", "--all", "--src-tls-verify=false", `docker://${host}/${repository}:v1`, `dir:${sandbox.fresh()}`]),
};

/** CUE reads the log-ins of docker. Its modules under `team.example` are to lie in `team/`, see `cueRegistry`. */
const cue: LoginClient = {
  asksAtOnce: false,
  async logIn({ sandbox, host }, user, password) {
    const auths = { [host]: { auth: btoa(`${user}:${password}`) } };
    await Bun.write(join(sandbox.path, "docker", "config.json"), JSON.stringify({ auths }));
    return { code: 0, stdout: "", stderr: "" };
  },
  push: ({ tool, sandbox }, repository) => publishLibrary(tool, sandbox, moduleOf(repository), "v0.1.0"),
  async pull({ tool, sandbox }, repository) {
    return sandbox.run(tool, ["mod", "tidy"], { directory: await writeUser(tool, sandbox, moduleOf(repository), 1) });
  },
};

/** The value of `CUE_REGISTRY` that puts modules where the cases want them. */
export function cueRegistry(host: string): string {
  return ["team", "public"].map((folder) => `${folder}.example=${host}/${folder}+insecure`).join(",");
}

function moduleOf(repository: string): string {
  return `${repository.replace("/", ".example/")}@v0`;
}

export type LoginClientName = "crane" | "regctl" | "helm" | "skopeo" | "cue";

export const LOGIN_CLIENTS: Readonly<Record<LoginClientName, LoginClient>> = { crane, regctl, helm, skopeo, cue };
