import type { Environment } from "../../client/environment.ts";
import type { RegistryClient } from "../../client/registry-client.ts";
import { compileNoSchemas } from "../options/quick-schemas.ts";
import type { Kind } from "./kind.ts";
import type { Location } from "./locate.ts";
import { type Candidate, type Lookup, WORD_LIMIT } from "./lookup.ts";

/** Milliseconds that somebody who pressed a key waits, unless `OPM_COMPLETION_TIMEOUT` says otherwise. */
const TIME_LIMIT = 2000;

/** Without these a credential helper cannot ask for a password, in the middle of a line that is being typed. */
const UNASKED: Environment = { GPG_TTY: undefined, DISPLAY: undefined, WAYLAND_DISPLAY: undefined };

/** Characters that no shell does anything with: shells put words into the line as they are. */
const HARMLESS = /^[A-Za-z0-9_[][A-Za-z0-9_./:@+,=\-[\]]*$/;

/**
 * Words of a kind that begin as the one at the cursor, at most 200, after at most 2 s (`OPM_COMPLETION_TIMEOUT`). Whatever fails, nothing is said: then there
 * are none.
 */
export async function lookUpWords(
  kind: Kind,
  asked: { readonly location: Location; readonly current: string; readonly env: Environment },
): Promise<Candidate[]> {
  compileNoSchemas();
  const { parseDuration } = await import("../../config/units.ts");
  const signal = AbortSignal.timeout(parseDuration(asked.env.OPM_COMPLETION_TIMEOUT ?? "") ?? TIME_LIMIT);
  const late = new Promise<Candidate[]>((resolve) => signal.addEventListener("abort", () => resolve([])));
  let client: Promise<RegistryClient> | undefined;
  const lookup: Lookup = { ...asked, signal, client: () => (client ??= openClient(asked)) };
  const found = await Promise.race([wordsOf(kind, lookup).catch(() => []), late]);
  return found
    .filter(({ value }) => value.startsWith(asked.current) && HARMLESS.test(value))
    .slice(0, WORD_LIMIT)
    .map(({ value, description }) => ({ value, description: description.replace(/\s+/g, " ") }));
}

async function openClient({ location: { values }, env }: { readonly location: Location; readonly env: Environment }): Promise<RegistryClient> {
  const { createRegistryClient } = await import("../../client/registry-client.ts");
  return createRegistryClient({
    env: { ...env, ...UNASKED },
    retry: { attempts: 1 },
    ...(values["plain-http"] !== undefined && { plainHttp: true }),
    ...(values["ca-file"] !== undefined && { caFile: values["ca-file"] }),
  });
}

async function wordsOf(kind: Kind, lookup: Lookup): Promise<Candidate[]> {
  switch (kind) {
    case "user":
    case "group":
    case "token":
      return await (await import("./account-words.ts")).accountWords(kind, lookup);
    case "type":
      return await (await import("./type-words.ts")).typeWords(lookup);
    case "module":
      return await (await import("./module-words.ts")).moduleWords(lookup);
    case "dependency":
      return await (await import("./module-words.ts")).dependencyWords(lookup);
    case "component":
      return await (await import("./component-words.ts")).componentWords(lookup);
    default:
      return await registryWords(kind, lookup);
  }
}

async function registryWords(kind: Kind, lookup: Lookup): Promise<Candidate[]> {
  const words = await import("./registry-words.ts");
  switch (kind) {
    case "host":
      return await words.hostWords(lookup);
    case "tag":
      return await words.tagsOf(lookup, (lookup.location.positionals[0] ?? "").replace(/(?::[^/:]*)?(?:@.*)?$/, ""));
    case "name":
      return await words.bareNames(lookup);
    case "namespace-name":
    case "project-name":
      return await words.filterWords(kind, lookup);
    default:
      return await words.placedWords(kind, lookup);
  }
}
