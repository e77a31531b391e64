import { isClientError } from "../../client/client-error.ts";
import { ModuleError } from "../helper/helper.ts";
import type { ModuleVersion } from "../helper/protocol.ts";
import { isMajor } from "../module-path.ts";
import type { ModuleSession } from "../module-session.ts";
import { isModuleVersion } from "../module-version.ts";
import type { AddedRoute } from "../reference/snippet.ts";
import { getTarget, type ReferenceTarget } from "../reference/target.ts";
import { moduleVersions, newestStable, versionNeeded } from "./candidates.ts";

/** Asked whether the newest version of a major is the one to take. */
export type Agree = (module: ModuleVersion) => Promise<boolean>;

export interface PinOptions {
  /** Undefined where nobody can be asked: a major alone is refused then. */
  readonly agree?: Agree | undefined;
  readonly plainHttp?: boolean;
  readonly signal?: AbortSignal;
}

/** References as exact module versions. */
export interface PinnedReferences {
  /** With the routes that the references added. */
  readonly session: ModuleSession;
  readonly require: readonly ModuleVersion[];
  /** What other tools must be told to find the modules. */
  readonly added: readonly AddedRoute[];
}

/**
 * Reads references as `opm mod get` has them: each with a version in full, or with a major of which somebody agrees to take the newest
 * stable version.
 * @throws ModuleError `invalid` for any other version, with those that there are and what to type
 */
export async function pinReferences(session: ModuleSession, references: readonly string[], options: PinOptions): Promise<PinnedReferences> {
  let routed = session;
  const targets: ReferenceTarget[] = [];
  for (const reference of references) {
    const target = getTarget(reference, routed.routing, options);
    if (target.added !== undefined) routed = await routed.withRouting(target.routing);
    targets.push(target);
  }
  const require: ModuleVersion[] = [];
  for (const target of targets) require.push(await pin(routed, target, options));
  return { session: routed, require, added: targets.flatMap(({ added }) => (added === undefined ? [] : [added])) };
}

async function pin(session: ModuleSession, { module: base, version: wanted }: ReferenceTarget, { agree, signal }: PinOptions): Promise<ModuleVersion> {
  if (wanted !== undefined && isModuleVersion(wanted)) return { path: `${base}@${wanted.split(".", 1)[0]}`, version: wanted };
  const ofMajor = wanted !== undefined && isMajor(wanted);
  const versions = await candidates(session, base, { wanted, isRefused: !ofMajor || agree === undefined, signal });
  if (!ofMajor) throw versionNeeded(base, wanted, versions);
  const version = newestStable(versions, wanted);
  if (version === undefined || agree === undefined) throw versionNeeded(base, wanted, versions);
  const module = { path: `${base}@${wanted}`, version };
  if (!(await agree(module))) throw new ModuleError("general", "nothing was changed");
  return module;
}

interface Wish {
  readonly wanted: string | undefined;
  /** Whether it is refused whichever versions there are. */
  readonly isRefused: boolean;
  readonly signal: AbortSignal | undefined;
}

/** A version that is none is refused as such, also where no registry can say which there are. */
async function candidates(session: ModuleSession, base: string, { wanted, isRefused, signal }: Wish): Promise<string[]> {
  try {
    return await moduleVersions(session, base, signal === undefined ? {} : { signal });
  } catch (error) {
    if (!(error instanceof ModuleError || isClientError(error)) || signal?.aborted === true) throw error;
    if (!isRefused) throw error;
    if (error instanceof ModuleError && error.code === "not-found" && !session.offline) return [];
    const name = wanted === undefined ? base : `${base}@${wanted}`;
    throw new ModuleError("invalid", `${name} is no version in full, such as v1.2.3, and which there are cannot be said: ${error.message}`, { cause: error });
  }
}
