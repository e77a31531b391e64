import type { TagClass } from "./codes.ts";

interface Classified {
  readonly class: TagClass;
  /** Of class `semver` only. */
  readonly versionKey: string | null;
  readonly prerelease: boolean;
}

const REFERRERS_TAG = /^(?:sha256|sha384|sha512|blake3)-[0-9a-f]{32,64}$/;
const ATTACHMENT_TAG = /^sha(?:256-[0-9a-f]{64}|512-[0-9a-f]{128})\.(?:sig|att|sbom)$/;
const PARTIAL_VERSION = /^v?(?:0|[1-9]\d{0,4})(?:\.(?:0|[1-9]\d{0,4}))?$/;
const VERSION =
  /^v?(?<core>(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*))(?:-(?<pre>(?:0|[1-9]\d*|\d*[A-Za-z-][\dA-Za-z-]*)(?:\.(?:0|[1-9]\d*|\d*[A-Za-z-][\dA-Za-z-]*))*))?(?:(?:[_+]|\.build-)(?<build>[\dA-Za-z-]+(?:\.[\dA-Za-z-]+)*))?$/;
const FLOATING_NAMES: ReadonlySet<string> = new Set(
  `latest stable edge main master trunk develop dev devel next nightly canary beta alpha rc lts current release snapshot testing unstable
   rolling mainline prod production staging`.split(/\s+/),
);

/** What a tag is for, as this version had it. `index`: it points to one. */
export function classifyTag(tag: string, index: boolean): Classified {
  if (index && REFERRERS_TAG.test(tag)) return plain("referrers");
  if (ATTACHMENT_TAG.test(tag)) return plain("attachment");
  const groups = VERSION.exec(tag)?.groups;
  if (groups?.core !== undefined) return { class: "semver", versionKey: versionKey(groups.core, groups.pre), prerelease: groups.pre !== undefined };
  return plain(PARTIAL_VERSION.test(tag) || FLOATING_NAMES.has(tag) ? "floating" : "opaque");
}

function plain(name: TagClass): Classified {
  return { class: name, versionKey: null, prerelease: false };
}

/** Sorts bytewise as versions do by precedence; build metadata does not count. */
function versionKey(core: string, pre: string | undefined): string {
  const numbers = core.split(".").map(numberKey).join("");
  if (pre === undefined) return `${numbers}~`;
  const identifiers = pre.split(".").map((identifier) => (/^\d+$/.test(identifier) ? `#${numberKey(identifier)}` : `A${identifier}!`));
  return `${numbers}${identifiers.join("")} `;
}

function numberKey(digits: string): string {
  return `${String(Math.min(digits.length, 99)).padStart(2, "0")}${digits}`;
}
