import type { ArtifactType, ArtifactTypeInput } from "./artifact-type.ts";
import { compileTypeGlob } from "./type-glob.ts";
import { WELL_KNOWN_TYPES } from "./well-known.ts";

export interface TypeTableOptions {
  /** Added to the well-known types, or merged into the one with the same `type`. Later entries win over earlier ones. */
  readonly add?: readonly ArtifactTypeInput[];
  /** Globs; when there is one, only what it names is admitted. */
  readonly allow?: readonly string[];
  /** Globs; what they name is refused, whatever `allow` says. */
  readonly deny?: readonly string[];
}

export type Admission = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/** The types that a registry knows and those it takes. */
export interface TypeTable {
  /** Case is ignored (RFC 6838, section 4.2). */
  find(type: string): ArtifactType | undefined;
  /** Sorted by type. */
  list(): readonly ArtifactType[];
  /** Globs, as they were given. */
  readonly allow: readonly string[];
  readonly deny: readonly string[];
  /** Whether an artifact of this type may be pushed; `type` undefined stands for an index that has none. */
  admits(type: string | undefined): Admission;
}

/** @param options globs have been checked with `typeGlobProblem` */
export function createTypeTable(options: TypeTableOptions = {}): TypeTable {
  const types = new Map(WELL_KNOWN_TYPES.map((known) => [known.type.toLowerCase(), known]));
  for (const input of options.add ?? []) {
    const key = input.type.toLowerCase();
    types.set(key, { ...(types.get(key) ?? unnamed(input.type)), source: "configuration", ...defined(input) });
  }
  let sorted: readonly ArtifactType[] | undefined;
  const allow = (options.allow ?? []).map(compileTypeGlob);
  const deny = (options.deny ?? []).map(compileTypeGlob);
  return {
    find: (type) => types.get(type.toLowerCase()),
    list() {
      sorted ??= [...types.values()].sort((a, b) => (a.type < b.type ? -1 : 1));
      return sorted;
    },
    allow: options.allow ?? [],
    deny: options.deny ?? [],
    admits: (type) => {
      if (type === undefined) return { ok: true };
      if (deny.some((glob) => glob(type))) return { ok: false, reason: `artifacts of type ${type} are refused here: an administrator denied this type` };
      if (allow.length === 0 || allow.some((glob) => glob(type))) return { ok: true };
      return { ok: false, reason: `artifacts of type ${type} are refused here: only the types ${(options.allow ?? []).join(", ")} are allowed` };
    },
  };
}

function unnamed(type: string): ArtifactType {
  return {
    type,
    title: type,
    icon: "artifact",
    category: "other",
    configMediaTypes: [],
    layerMediaTypes: [],
    fileNames: {},
    consume: undefined,
    documentation: undefined,
    extractor: undefined,
    source: "configuration",
  };
}

function defined(input: ArtifactTypeInput): ArtifactTypeInput {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined)) as ArtifactTypeInput;
}
