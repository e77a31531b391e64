import type { ManifestKind } from "./media-types.ts";
import type { Tag } from "./tag.ts";
import { parseVersion } from "./version.ts";

/**
 * What a tag is for. `semver` names a version and never moves; `floating` stands for a version and moves; `referrers` is the
 * index of the referrers tag schema (distribution-spec, "Referrers Tag Schema"); `attachment` is what signers put beside an
 * image; `opaque` is the rest: commits, dates, names.
 */
export const TAG_CLASSES = ["semver", "floating", "referrers", "attachment", "opaque"] as const;

export type TagClass = (typeof TAG_CLASSES)[number];

/** The rule that decided, so that a user can argue with it. */
export const TAG_RULES = ["referrers-tag-schema", "cosign-attachment", "semver-full", "semver-partial", "floating-name", "no-rule-matched"] as const;

export type TagRule = (typeof TAG_RULES)[number];

export interface TagClassification {
  readonly class: TagClass;
  readonly rule: TagRule;
  /** Of class `semver` only, without `v`. */
  readonly version: string | undefined;
  readonly prerelease: boolean;
}

/** The algorithms of digests by name: `main-<commit>` is no list of referrers. The encoded part is cut at 64 characters. */
const REFERRERS_TAG = /^(?:sha256|sha384|sha512|blake3)-[0-9a-f]{32,64}$/;
const ATTACHMENT_TAG = /^sha(?:256-[0-9a-f]{64}|512-[0-9a-f]{128})\.(?:sig|att|sbom)$/;
/** One or two numbers as a version would have them: a date such as `20260131` or `2026.01` is none. */
const PARTIAL_VERSION = /^v?(?:0|[1-9]\d{0,4})(?:\.(?:0|[1-9]\d{0,4}))?$/;
/** Names of what is built last, which seldom is a version. */
const BUILD_NAMES: ReadonlySet<string> = new Set([
  "edge",
  "main",
  "master",
  "trunk",
  "develop",
  "dev",
  "devel",
  "nightly",
  "canary",
  "snapshot",
  "testing",
  "unstable",
  "rolling",
  "mainline",
]);

const FLOATING_NAMES: ReadonlySet<string> = new Set([
  ...BUILD_NAMES,
  "latest",
  "stable",
  "next",
  "beta",
  "alpha",
  "rc",
  "lts",
  "current",
  "release",
  "prod",
  "production",
  "staging",
]);

/** True for a floating tag that stands for the last build, and seldom for a version. */
export function isBuildName(tag: string): boolean {
  return BUILD_NAMES.has(tag);
}

/**
 * Classes a tag; the first rule that matches decides.
 * @param kind of the manifest it points to: only an index can be a list of referrers. Undefined when it is not known.
 */
export function classifyTag(tag: Tag | string, kind: ManifestKind | undefined): TagClassification {
  if (kind !== "image" && REFERRERS_TAG.test(tag)) return plain("referrers", "referrers-tag-schema");
  if (ATTACHMENT_TAG.test(tag)) return plain("attachment", "cosign-attachment");
  const version = parseVersion(tag);
  if (version !== undefined) return { class: "semver", rule: "semver-full", ...version };
  if (PARTIAL_VERSION.test(tag)) return plain("floating", "semver-partial");
  if (FLOATING_NAMES.has(tag)) return plain("floating", "floating-name");
  return plain("opaque", "no-rule-matched");
}

function plain(name: TagClass, rule: TagRule): TagClassification {
  return { class: name, rule, version: undefined, prerelease: false };
}

/** How strictly a project applies one of its policies. */
export const POLICY_LEVELS = ["off", "warn", "enforce"] as const;

export type PolicyLevel = (typeof POLICY_LEVELS)[number];

/** What pushing other content to an existing tag comes to. */
export type Overwrite = "allowed" | "warned" | "refused";

/** True for the class of tags that name the same manifest for ever, unless a project has it otherwise. */
export function isImmutable(tagClass: TagClass): boolean {
  return tagClass === "semver";
}

/** The version policy: a tag of class `semver` is immutable, every other may move. The one rule for pushes and for lists. */
export function overwriteRule(tagClass: TagClass, policy: PolicyLevel): Overwrite {
  if (!isImmutable(tagClass) || policy === "off") return "allowed";
  return policy === "warn" ? "warned" : "refused";
}
