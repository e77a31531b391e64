import type { Json, JsonObject } from "../descriptor/component-descriptor.ts";
import { isJsonObject } from "../descriptor/json-tree.ts";

/** The object of a provider that is more than a name: JSON in a text. */
export function providerObject(provider: Json): JsonObject | undefined {
  if (isJsonObject(provider)) return provider;
  const parsed = typeof provider === "string" && provider.startsWith("{") ? parseJson(provider) : undefined;
  return isJsonObject(parsed) ? parsed : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
