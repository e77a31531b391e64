import { placeName } from "../../api/common.ts";
import type { PathParameter } from "../../api/operation.ts";
import { abbreviate } from "../../oci/digest.ts";
import { RegistryError } from "../../oci/errors.ts";
import { parseRepositoryName } from "../../oci/name.ts";
import type { PathValues } from "./handler.ts";

/**
 * Parses the parameters of a path.
 * @throws RegistryError `NAME_INVALID`
 */
export function parsePath({ name, namespace, project, user, token }: Readonly<Partial<Record<PathParameter, string>>>): Partial<PathValues> {
  return {
    ...(name !== undefined && { name: parseRepositoryName(name) }),
    ...(namespace !== undefined && { namespace: parsePlace("namespace", namespace) }),
    ...(project !== undefined && { project: parsePlace("project", project) }),
    // Any text: what no account or token is named is not found.
    ...(user !== undefined && { user }),
    ...(token !== undefined && { token }),
  };
}

function parsePlace(what: string, text: string): string {
  const place = placeName.safeParse(text);
  if (place.success) return place.data;
  throw new RegistryError("NAME_INVALID", `invalid ${what} '${abbreviate(text)}': ${place.error.issues[0]?.message ?? "expected a part of a repository name"}`);
}
