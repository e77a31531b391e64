import { ComponentError } from "../component-error.ts";

/** One attribute of a distinguished name: its type is an object identifier. */
export interface NameAttribute {
  readonly type: string;
  readonly value: string;
}

/** Attributes as a certificate has them: the general ones first. */
export type DistinguishedName = readonly NameAttribute[];

const COMMON_NAME = "2.5.4.3";

/** By object identifier; the first is what is written. RFC 4519, PKCS #9, and what openssl prints. */
const TYPES: Readonly<Record<string, readonly string[]>> = {
  [COMMON_NAME]: ["CN", "COMMONNAME"],
  "2.5.4.4": ["SN", "SURNAME"],
  "2.5.4.5": ["SERIALNUMBER"],
  "2.5.4.6": ["C", "COUNTRYNAME"],
  "2.5.4.7": ["L", "LOCALITYNAME"],
  "2.5.4.8": ["ST", "S", "STATEORPROVINCENAME"],
  "2.5.4.9": ["STREET", "STREETADDRESS"],
  "2.5.4.10": ["O", "ORGANIZATIONNAME"],
  "2.5.4.11": ["OU", "ORGANIZATIONALUNITNAME"],
  "2.5.4.12": ["TITLE"],
  "2.5.4.17": ["POSTALCODE"],
  "2.5.4.42": ["GN", "GIVENNAME"],
  "2.5.4.97": ["ORGANIZATIONIDENTIFIER"],
  "0.9.2342.19200300.100.1.1": ["UID", "USERID"],
  "0.9.2342.19200300.100.1.25": ["DC", "DOMAINCOMPONENT"],
  "1.2.840.113549.1.9.1": ["EMAILADDRESS", "E"],
};

/** `type = value` with what follows it: a quoted text, or one with escapes, up to a separator (RFC 4514, and its forerunners). */
const ATTRIBUTE = /\s*([A-Za-z][A-Za-z0-9-]*|(?:OID\.)?[0-9]+(?:\.[0-9]+)+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"\s*|((?:[^,;+"\\]|\\[\s\S])*))([,;+]|$)/gy;

/**
 * A distinguished name as people write it: `CN=Acme Release,O=Acme`, or `/O=Acme/CN=Acme Release`. What is none is a common name.
 * @param label for messages, e.g. an option
 * @throws ComponentError `invalid` for an attribute that nobody knows, and where nothing is left
 */
export function parseDistinguishedName(text: string, label: string): DistinguishedName {
  const name = readName(text);
  if (name === undefined)
    throw new ComponentError("invalid", `${label}: '${text.slice(0, 200)}' is no distinguished name: write it as 'CN=Acme Release,O=Acme'`);
  return name;
}

/** As `parseDistinguishedName`, but what cannot be read as one is a common name. */
export function nameOrCommonName(text: string): DistinguishedName {
  return readName(text) ?? [{ type: COMMON_NAME, value: text.trim() }];
}

/** The name as text (RFC 4514): the special attributes first. */
export function formatDistinguishedName(name: DistinguishedName): string {
  return name
    .toReversed()
    .map(({ type, value }) => `${TYPES[type]?.[0] ?? type}=${escapeValue(value)}`)
    .join(",");
}

/** True where both have the same attributes, in any order. */
export function sameName(one: DistinguishedName, other: DistinguishedName): boolean {
  return one.length === other.length && hasNames(one, other) && hasNames(other, one);
}

/**
 * True where a name has all attributes that are wanted, as often as they are wanted. There must be no other common name beside those that
 * are wanted: nobody is two.
 */
export function hasNames(name: DistinguishedName, wanted: DistinguishedName): boolean {
  const commonNames = wanted.some(({ type }) => type === COMMON_NAME) ? count(name, COMMON_NAME) === count(wanted, COMMON_NAME) : true;
  return commonNames && wanted.every((each) => count(name, each.type, each.value) >= count(wanted, each.type, each.value));
}

function count(name: DistinguishedName, type: string, value?: string): number {
  return name.filter((each) => each.type === type && (value === undefined || each.value === value)).length;
}

function readName(text: string): DistinguishedName | undefined {
  const trimmed = text.trimStart();
  if (trimmed === "") return undefined;
  if (trimmed.startsWith("/")) return readSlashes(trimmed);
  if (!/^(?:OID\.)?[A-Za-z0-9.-]+\s*=/.test(trimmed)) return [{ type: COMMON_NAME, value: unescaped(trimmed.trimEnd()) }];
  const attributes: NameAttribute[] = [];
  for (const [, type = "", quoted, plain = "", separator] of trimmed.matchAll(ATTRIBUTE)) {
    const identifier = identifierOf(type);
    const value = quoted === undefined ? attributeValue(plain) : unescaped(quoted);
    if (identifier === undefined || value === undefined || value === "") return undefined;
    attributes.push({ type: identifier, value });
    if (separator === "") return attributes.toReversed();
  }
  return undefined;
}

/** As openssl wrote names: the general attributes first. */
function readSlashes(text: string): DistinguishedName | undefined {
  const parts = text.slice(1).split(/\/(?=[A-Za-z0-9.]+=)/);
  const attributes = parts.map((part) => {
    const [type = "", ...value] = part.split("=");
    return { type: identifierOf(type.trim()), value: value.join("=").trim() };
  });
  return attributes.every((each): each is NameAttribute => each.type !== undefined && each.value !== "") ? attributes : undefined;
}

function identifierOf(type: string): string | undefined {
  const upper = type.toUpperCase().replace(/^OID\./, "");
  if (/^[0-9.]+$/.test(upper)) return upper;
  return Object.keys(TYPES).find((identifier) => TYPES[identifier]?.includes(upper));
}

/** Spaces around a value are not of it unless they are escaped; `#` begins the bytes of a text as DER has them. */
function attributeValue(text: string): string | undefined {
  if (text.startsWith("#")) return derText(text.slice(1).trim());
  const kept = text.replace(/\s+$/, (spaces) => (/(?:^|[^\\])(?:\\\\)*\\$/.test(text.slice(0, text.length - spaces.length)) ? spaces.slice(0, 1) : ""));
  return unescaped(kept);
}

function derText(hex: string): string | undefined {
  if (!/^(?:[0-9a-f]{2}){3,}$/i.test(hex)) return undefined;
  const bytes = Buffer.from(hex, "hex");
  const length = bytes[1] ?? 0;
  const isText = [0x0c, 0x13, 0x16].includes(bytes[0] ?? 0);
  return isText && length < 128 && bytes.length === length + 2 ? bytes.subarray(2).toString("utf8") : undefined;
}

/** `\,` is a comma, `\C3\A4` are bytes of UTF-8. */
function unescaped(text: string): string {
  return text.replaceAll(/((?:\\[0-9a-f]{2})+)|\\([\s\S])/gi, (_, bytes: string | undefined, char: string | undefined) =>
    bytes === undefined ? (char ?? "") : Buffer.from(bytes.replaceAll("\\", ""), "hex").toString("utf8"),
  );
}

function escapeValue(value: string): string {
  return value.replaceAll(/[,+"\\<>;]|^[ #]| $/g, "\\$&").replaceAll("\0", "\\00");
}
