import { type Digest, isDigest } from "../oci/digest.ts";
import { ComponentError } from "./component-error.ts";
import { isComponentName, isComponentVersion } from "./descriptor/grammar.ts";
import { parseRepository } from "./parse-repository.ts";
import type { RepositorySpec } from "./repository-spec.ts";

const FOLDER = "/component-descriptors/";

/** What users write to name a component, or one of its versions, in a repository. */
export interface ComponentLocation {
  readonly repository: RepositorySpec;
  /** The repository as it was written, for messages. */
  readonly place: string;
  readonly component: string;
  readonly version: string | undefined;
  /** Of the manifest. */
  readonly digest: Digest | undefined;
}

/**
 * Parses `[type::]<repository>//<component>[:<version>][@<digest>]`; `/component-descriptors/` stands for `//`, too.
 * @throws ComponentError `invalid`
 */
export function parseComponentReference(text: string): ComponentLocation {
  const split = splitReference(text);
  if (split === undefined) throw malformed(text, "expected <repository>//<component>[:<version>], such as registry.example.com/delivery//acme.org/app:1.0.0");
  const { place, rest } = split;
  const at = rest.lastIndexOf("@");
  const digest = at < 0 ? undefined : rest.slice(at + 1);
  if (digest !== undefined && !isDigest(digest)) throw malformed(text, `'${digest.slice(0, 80)}' is no digest`);
  const named = at < 0 ? rest : rest.slice(0, at);
  const colon = named.indexOf(":");
  const version = colon < 0 ? undefined : versionOf(named.slice(colon + 1));
  const component = colon < 0 ? named : named.slice(0, colon);
  if (!isComponentName(component))
    throw malformed(text, `'${component.slice(0, 100)}' is no component name: expected a domain and a path in lower case, such as acme.org/app`);
  if (version !== undefined && !isComponentVersion(version)) throw malformed(text, `'${version.slice(0, 60)}' is no version`);
  return { repository: parseRepository(place), place, component, version, digest };
}

/** The same for a text that may name a repository only: then `component` is undefined. @throws ComponentError `invalid` */
export function parseRepositoryOrComponent(
  text: string,
): ComponentLocation | (Pick<ComponentLocation, "repository" | "place"> & { readonly component: undefined }) {
  if (splitReference(text) !== undefined) return parseComponentReference(text);
  return { repository: parseRepository(text), place: text, component: undefined };
}

/** A component version in a repository, as it can be given to a command again. */
export function formatComponentReference({ place, component, version, digest }: Omit<ComponentLocation, "repository">): string {
  return `${place}//${component}${version === undefined ? "" : `:${version}`}${digest === undefined ? "" : `@${digest}`}`;
}

/** Also as the tag of a registry has it, where `.build-` stands for the `+`. */
function versionOf(text: string): string {
  return isComponentVersion(text) ? text : text.replace(".build-", "+");
}

/** At the last `//` that is not that of a scheme, outside of a specification in JSON. */
function splitReference(text: string): { readonly place: string; readonly rest: string } | undefined {
  const start = text.lastIndexOf("}") + 1;
  for (let at = text.lastIndexOf("//"); at >= start && at > 0; at = text.lastIndexOf("//", at - 1)) {
    const place = text.slice(0, at);
    if (!/:\/?$/.test(place)) return { place, rest: text.slice(at + 2) };
  }
  const folder = text.lastIndexOf(FOLDER);
  if (folder < start || folder <= 0) return undefined;
  return { place: text.slice(0, folder), rest: text.slice(folder + FOLDER.length) };
}

function malformed(text: string, why: string): ComponentError {
  return new ComponentError("invalid", `'${text.slice(0, 200)}' names no component: ${why}`);
}
