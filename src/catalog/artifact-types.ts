import type { z } from "zod";
import type { typeDefinition } from "../api/administration.ts";
import { RegistryError } from "../oci/errors.ts";
import type { StoredType } from "../storage/metadata/catalog/definitions.ts";
import type { Catalog } from "./catalog.ts";
import { changeDeclared } from "./change-declared.ts";
import { toType } from "./definitions.ts";
import type { Author } from "./projects.ts";

/**
 * Describes an artifact type, or allows or denies types by a glob.
 * @throws UnauthorizedError, RegistryError `DENIED`, `BODY_INVALID` for a name against the rules
 */
export async function putType(catalog: Catalog<"definitions">, author: Author, body: z.output<typeof typeDefinition>): Promise<void> {
  catalog.access.authorizeAdministration(author.principal);
  await changeDeclared(catalog, [{ kind: "put-type", type: toType(body, catalog.types()) }], author.actor);
}

/**
 * Takes back what was said of a type.
 * @param rule one of what was said; undefined: all of it
 * @throws UnauthorizedError, RegistryError `DENIED`, `TYPE_UNKNOWN` when nothing was
 */
export async function deleteType(catalog: Catalog<"definitions">, author: Author, name: string, rule: StoredType["rule"] | undefined): Promise<void> {
  catalog.access.authorizeAdministration(author.principal);
  const { types } = await catalog.metadata.definitions.declared();
  const said = types.filter(({ type, rule: other }) => type === name.toLowerCase() && (rule === undefined || rule === other));
  if (said.length === 0) {
    throw new RegistryError("TYPE_UNKNOWN", `nothing was stored about the type ${name}; what the configuration says of it is changed there`);
  }
  const changes = said.map(({ type, rule: other }) => ({ kind: "delete-type", type, rule: other }) as const);
  await changeDeclared(catalog, changes, author.actor);
}
