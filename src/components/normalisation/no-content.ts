import type { Json } from "../descriptor/component-descriptor.ts";
import { isJsonObject } from "../descriptor/json-tree.ts";

/** Access types of elements without content, whose digest says nothing. */
const NO_CONTENT: ReadonlySet<string> = new Set(["none", "None", "none/v1", "None/v1"]);

/** True where an access says that there is no content. */
export function hasNoContent(access: Json | undefined): boolean {
  return isJsonObject(access) && typeof access.type === "string" && NO_CONTENT.has(access.type);
}
