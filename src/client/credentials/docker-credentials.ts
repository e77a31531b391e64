import { join } from "node:path";
import type { Environment } from "../environment.ts";
import { type AuthFile, credentialOf, parseAuthFile, readAuthFile } from "./auth-file.ts";
import type { Credential, CredentialStore } from "./credential.ts";
import { askCredentialHelper, isInstalled } from "./credential-helper.ts";
import { bestKey, helperKey, hostOfKey } from "./lookup-keys.ts";

/**
 * What the user logged in to with docker, podman or helm. The first of these that has something for a registry counts:
 * `REGISTRY_AUTH_FILE`, `DOCKER_AUTH_CONFIG` (the text itself), `config.json` in `DOCKER_CONFIG` or `~/.docker`,
 * `containers/auth.json` in `XDG_RUNTIME_DIR` and in `~/.config`, `registry/config.json` of helm. Files and helpers are asked once.
 */
export function dockerCredentials(env: Environment = process.env): CredentialStore {
  const found = new Map<string, Promise<Credential | undefined>>();
  let files: Promise<readonly AuthFile[]> | undefined;
  return {
    places: placesOf(env),
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

/**
 * The registries that these files have anything for, by host. No credential helper is asked.
 * @throws ClientError as `find` does
 */
export async function registriesWithCredentials(env: Environment): Promise<string[]> {
  const keys = (await readFiles(env)).flatMap(({ auths, credHelpers }) => [...Object.keys(auths ?? {}), ...Object.keys(credHelpers ?? {})]);
  return [...new Set(keys.map(hostOfKey))];
}

/** The variable that holds such a file's text. */
const INLINE = "DOCKER_AUTH_CONFIG";

function placesOf(env: Environment): string[] {
  const docker = env.DOCKER_CONFIG || (env.HOME && join(env.HOME, ".docker"));
  const config = env.XDG_CONFIG_HOME || (env.HOME && join(env.HOME, ".config"));
  return [
    env.REGISTRY_AUTH_FILE || undefined,
    env.DOCKER_AUTH_CONFIG ? INLINE : undefined,
    docker ? join(docker, "config.json") : undefined,
    env.XDG_RUNTIME_DIR ? join(env.XDG_RUNTIME_DIR, "containers", "auth.json") : undefined,
    config ? join(config, "containers", "auth.json") : undefined,
    helmRegistryFile(env),
  ].filter((place) => place !== undefined);
}

/** Where `helm registry login` writes, in the same form. */
function helmRegistryFile(env: Environment): string | undefined {
  if (env.HELM_REGISTRY_CONFIG) return env.HELM_REGISTRY_CONFIG;
  const usual = env.HOME && join(env.HOME, process.platform === "darwin" ? "Library/Preferences" : ".config");
  const base = env.XDG_CONFIG_HOME || usual;
  const folder = env.HELM_CONFIG_HOME || (base && join(base, "helm"));
  return folder ? join(folder, "registry", "config.json") : undefined;
}

async function readFiles(env: Environment): Promise<readonly AuthFile[]> {
  const files: AuthFile[] = [];
  for (const place of placesOf(env)) {
    const file = place === INLINE ? parseAuthFile(env.DOCKER_AUTH_CONFIG ?? "", INLINE) : await readAuthFile(place);
    if (file !== undefined) files.push(file);
  }
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
  const auths = file.auths ?? {};
  const key = bestKey(Object.keys(auths), registry, repository);
  const entry = key === undefined ? undefined : auths[key];
  const own = () => (entry === undefined ? undefined : credentialOf(entry, file.name));
  if (!helper) return own();
  // docker, too, goes by the file where the program for everything is not installed
  if (helperFor === undefined && !isInstalled(helper, env) && own() !== undefined) return own();
  return (await askCredentialHelper(helper, helperKey(registry), env)) ?? own();
}
