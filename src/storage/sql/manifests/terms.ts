import { isSignatureType } from "../../../artifacts/signature-types.ts";
import { formatPlatform, parsePlatform } from "../../../oci/platform.ts";
import type { Term } from "../repositories/terms.ts";

/** What decides on the terms of a manifest. */
export interface ManifestTraits {
  readonly mediaType: string;
  readonly artifactType: string | undefined;
  readonly configMediaType: string | undefined;
  /** The effective type. */
  readonly type: string | undefined;
  readonly hasSubject: boolean;
  readonly annotations: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  /** As `runnablePlatforms` has them. */
  readonly platforms: readonly string[];
  readonly provides: readonly string[];
}

/** Annotations, and labels, that packages can be found by: so many of a manifest, with keys and values of so many characters. */
const PAIR_LIMIT = 64;
const TEXT_LIMIT = 256;

const PROVIDES_LIMIT = 100;

/** What a repository is found by because of a manifest. Its type is that of a referrer when it has a subject, or belongs to one by its tag. */
export function manifestTerms(manifest: ManifestTraits): Term[] {
  const { type, artifactType, configMediaType } = manifest;
  const terms: Term[] = [{ kind: "mediaType", name: manifest.mediaType }];
  if (artifactType !== undefined) terms.push({ kind: "artifactType", name: artifactType });
  if (configMediaType !== undefined) terms.push({ kind: "configMediaType", name: configMediaType });
  if (type !== undefined) terms.push({ kind: manifest.hasSubject || isSigner(manifest) ? "referrer" : "type", name: type });
  if (type !== undefined && manifest.hasSubject && isSignatureType(type)) terms.push({ kind: "signed", name: "true" });
  for (const platform of manifest.platforms) {
    const parsed = parsePlatform(platform);
    terms.push({ kind: "platform", name: parsed === undefined ? platform : formatPlatform(parsed) });
    const { os, architecture, variant } = parsed ?? {};
    if (variant !== undefined) terms.push({ kind: "platform", name: `${os}/${architecture}` });
  }
  terms.push(...pairTerms("annotation", manifest.annotations), ...pairTerms("label", manifest.labels));
  for (const name of manifest.provides) terms.push({ kind: "provides", name });
  return terms;
}

/** What signers put beside another manifest, by a tag in place of a subject: its layers say what it is, neither it nor its config does. */
function isSigner({ artifactType, configMediaType, type }: ManifestTraits): boolean {
  return artifactType === undefined && configMediaType !== undefined && type !== configMediaType;
}

/** `key` and `key=value` of the first pairs that are short enough. */
export function pairTerms(kind: "annotation" | "label", pairs: Readonly<Record<string, string>>): Term[] {
  const terms: Term[] = [];
  for (const [key, value] of Object.entries(pairs).slice(0, PAIR_LIMIT)) {
    if (key.length > TEXT_LIMIT) continue;
    terms.push({ kind, name: key });
    if (value.length <= TEXT_LIMIT) terms.push({ kind, name: `${key}=${value}` });
  }
  return terms;
}

/** Keys that dependencies of others may name: those that were read, and the repository itself. */
export function providedKeys(repository: string, provides: readonly string[]): string[] {
  return [...new Set([`oci:${repository}`, ...provides])].slice(0, PROVIDES_LIMIT);
}
