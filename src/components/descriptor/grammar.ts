/** Characters of a component name. */
const COMPONENT_NAME_LIMIT = 255;

/** Characters of a version: it becomes a tag. */
const VERSION_LIMIT = 128;

/** A domain with at least one path segment, in lower case. */
const COMPONENT_NAME = /^[a-z][-a-z0-9]*(?:[.][a-z][-a-z0-9]*)*[.][a-z]{2,}(?:\/[a-z][-a-z0-9_]*(?:[.][a-z][-a-z0-9_]*)*)+$/;

/** SemVer 2 with an optional `v`, and with the second and third number optional. */
const VERSION =
  /^v?(0|[1-9]\d*)(?:\.(0|[1-9]\d*))?(?:\.(0|[1-9]\d*))?(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?(?:\+[0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*)?$/;

const ELEMENT_NAME = /^[a-z0-9](?:[-_+a-z0-9]*[a-z0-9])$/;

/** RFC 3339, section 5.6. */
export const TIME = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[+-]\d{2}:\d{2})$/;

const ACCESS_TYPE = /^[a-zA-Z0-9][a-zA-Z0-9.]*(?:\/v[0-9]+(?:(?:alpha|beta)[0-9]+)?)?$/;

/** True for a component name, e.g. `acme.org/demo/app` (OCM specification, "Component Identity"). */
export function isComponentName(text: string): boolean {
  return text.length <= COMPONENT_NAME_LIMIT && COMPONENT_NAME.test(text);
}

/** True for the version of a component or element, e.g. `1.2`, `v1.0.0-rc.1+build`. */
export function isComponentVersion(text: string): boolean {
  return text.length <= VERSION_LIMIT && VERSION.test(text);
}

/** True for the name of an element, and for the key of an extra identity. */
export function isElementName(text: string): boolean {
  return ELEMENT_NAME.test(text);
}

/** True for the type of an access, with or without a version, e.g. `localBlob`, `OCIImage/v1`. Types of artifacts are free text. */
export function isAccessType(text: string): boolean {
  return ACCESS_TYPE.test(text);
}

/** Ascending by precedence (semver.org, section 11; missing numbers are 0); of versions that are equal by it, by their text. */
export function compareComponentVersions(one: string, other: string): number {
  const [left, right] = [versionParts(one), versionParts(other)];
  for (let at = 0; at < 3; at++) {
    const order = compareNumbers(left.numbers[at] ?? "0", right.numbers[at] ?? "0");
    if (order !== 0) return order;
  }
  return comparePreReleases(left.pre, right.pre) || compareTexts(one, other);
}

interface VersionParts {
  readonly numbers: readonly (string | undefined)[];
  readonly pre: readonly string[];
}

function versionParts(version: string): VersionParts {
  const [, major, minor, patch, pre] = VERSION.exec(version) ?? [];
  return { numbers: [major, minor, patch], pre: pre === undefined ? [] : pre.split(".") };
}

function comparePreReleases(one: readonly string[], other: readonly string[]): number {
  if (one.length === 0 || other.length === 0) return Math.sign(other.length - one.length);
  for (const [at, identifier] of one.entries()) {
    const against = other[at];
    if (against === undefined) return 1;
    const order = compareIdentifiers(identifier, against);
    if (order !== 0) return order;
  }
  return Math.sign(one.length - other.length);
}

function compareIdentifiers(one: string, other: string): number {
  const [left, right] = [/^\d+$/.test(one), /^\d+$/.test(other)];
  if (left && right) return compareNumbers(one, other);
  return left === right ? compareTexts(one, other) : left ? -1 : 1;
}

/** Of any length, without leading zeros. */
function compareNumbers(one: string, other: string): number {
  return Math.sign(one.length - other.length) || compareTexts(one, other);
}

function compareTexts(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** The name of an algorithm that merges labels, such as `simpleMapMerge`. The specification's own have capitals, which its schema leaves out. */
export function isMergeAlgorithm(text: string): boolean {
  return /^[a-z][A-Za-z0-9./_-]+$/.test(text);
}
