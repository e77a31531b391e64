import { COMPONENT_BUILD, COMPONENT_FOLDER } from "../../artifacts/component-names.ts";
import { RegistryError } from "../../oci/errors.ts";
import type { RepositoryName } from "../../oci/name.ts";
import { isTag, type Tag } from "../../oci/tag.ts";
import { ComponentError } from "../component-error.ts";
import { isComponentName, isComponentVersion } from "../descriptor/grammar.ts";
import type { ComponentStore } from "./component-store.ts";

/** @throws ComponentError `invalid` for what is no component name, or too long for the store */
export function componentRepository(store: ComponentStore, name: string): RepositoryName {
  if (!isComponentName(name)) {
    throw new ComponentError("invalid", `'${name.slice(0, 100)}' is no component name: expected a domain and a path in lower case, such as acme.org/demo/app`);
  }
  try {
    return store.repository(`${COMPONENT_FOLDER}/${name}`);
  } catch (cause) {
    if (!(cause instanceof RegistryError)) throw cause;
    throw new ComponentError("invalid", `component ${name} cannot be stored in ${store.name}: ${cause.message}`, { cause });
  }
}

/** The component that a repository is of; undefined where it holds other content. */
export function componentOf(store: ComponentStore, repository: RepositoryName): string | undefined {
  const [, name] = repository.split(`${COMPONENT_FOLDER}/`, 2);
  if (name === undefined || !isComponentName(name)) return undefined;
  return componentRepository(store, name) === repository ? name : undefined;
}

/** @throws ComponentError `invalid` for what is no version, or too long for a tag */
export function componentTag(version: string): Tag {
  const tag = version.replace("+", COMPONENT_BUILD);
  if (isComponentVersion(version) && isTag(tag)) return tag;
  throw new ComponentError("invalid", `'${version.slice(0, 60)}' is no version of a component: expected 1.2.3, v1.2 or the like, at most 128 characters`);
}

/** The version that a tag stands for; undefined where it is none. Ambiguous when `isAmbiguous`: then the manifest knows. */
export function versionOfTag(tag: Tag): string | undefined {
  const at = tag.lastIndexOf(COMPONENT_BUILD);
  const version = at < 0 ? tag : `${tag.slice(0, at)}+${tag.slice(at + COMPONENT_BUILD.length)}`;
  return [version, tag].find(isComponentVersion);
}

/** True for a tag that two versions have, such as `1.0.0-rc.build-1`: one with that pre-release, and one with a `+`. */
export function isAmbiguous(tag: Tag): boolean {
  return tag.includes(COMPONENT_BUILD);
}

/** Reads the annotation `<name>:<version>`; older writers put the folder before the name. */
export function parseComponentVersion(text: string | undefined): { readonly name: string; readonly version: string } | undefined {
  const [name, version, more] = (text ?? "").replace(new RegExp(`^${COMPONENT_FOLDER}/`), "").split(":");
  return name && version && more === undefined ? { name, version } : undefined;
}
