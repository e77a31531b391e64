import { join } from "node:path";
import type { Environment } from "../environment.ts";
import { type AuthFile, credentialOf, parseAuthFile, readAuthFile } from "./auth-file.ts";
import type { Credential, CredentialStore } from "./credential.ts";
import { askCredentialHelper } from "./credential-helper.ts";
import { bestKey, helperKey } from "./lookup-keys.ts";

/**
 * What the user logged in to with docker or podman. The first of these that has something for a registry counts:
 * `REGISTRY_AUTH_FILE`, `DOCKER_AUTH_CONFIG` (the text itself), `config.json` in `DOCKER_CONFIG` or `~/.docker`,
 * `containers/auth.json` in `XDG_RUNTIME_DIR` and in `~/.config`. Files and helpers are asked once.
 */
export function dockerCredentials(env: Environment = process.env): CredentialStore {
  const found = new Map<string, Promise<Credential | undefined>>();
  let files: Promise<readonly AuthFile[]> | undefined;
  return {
    find(registry, repository) {
      const key = repository === undefined ? registry : `${registry}/${repository}`;
      const known = found.get(key);
      if (known !== undefined) return known;
      files ??= readFiles(env);
      const answer = files.then((read) => search(read, { registry, repository, env }));
      found.set(key, answer);
      return answer;
    },
  };
}

async function readFiles(env: Environment): Promise<readonly AuthFile[]> {
  const files: AuthFile[] = [];
  const add = (file: AuthFile | undefined) => {
    if (file !== undefined) files.push(file);
  };
  if (env.REGISTRY_AUTH_FILE) add(await readAuthFile(env.REGISTRY_AUTH_FILE));
  if (env.DOCKER_AUTH_CONFIG) add(parseAuthFile(env.DOCKER_AUTH_CONFIG, "DOCKER_AUTH_CONFIG"));
  const docker = env.DOCKER_CONFIG || (env.HOME && join(env.HOME, ".docker"));
  if (docker) add(await readAuthFile(join(docker, "config.json")));
  if (env.XDG_RUNTIME_DIR) add(await readAuthFile(join(env.XDG_RUNTIME_DIR, "containers", "auth.json")));
  const config = env.XDG_CONFIG_HOME || (env.HOME && join(env.HOME, ".config"));
  if (config) add(await readAuthFile(join(config, "containers", "auth.json")));
  return files;
}

interface Wanted {
  readonly registry: string;
  readonly repository: string | undefined;
  readonly env: Environment;
}

async function search(files: readonly AuthFile[], wanted: Wanted): Promise<Credential | undefined> {
  for (const file of files) {
    const credential = await searchFile(file, wanted);
    if (credential !== undefined) return credential;
  }
  return undefined;
}

async function searchFile(file: AuthFile, { registry, repository, env }: Wanted): Promise<Credential | undefined> {
  const helpers = file.credHelpers ?? {};
  const helperFor = bestKey(Object.keys(helpers), registry, undefined);
  const helper = helperFor === undefined ? file.credsStore : helpers[helperFor];
  if (helper) {
    const credential = await askCredentialHelper(helper, helperKey(registry), env);
    if (credential !== undefined) return credential;
  }
  const auths = file.auths ?? {};
  const key = bestKey(Object.keys(auths), registry, repository);
  const entry = key === undefined ? undefined : auths[key];
  return entry === undefined ? undefined : credentialOf(entry);
}
