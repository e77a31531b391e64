import { WELL_KNOWN_TYPES } from "../../artifacts/well-known.ts";
import { callOperation } from "../../client/extension/call-operation.ts";
import { type Candidate, type Lookup, narrowed, startingWith } from "./lookup.ts";
import { ownRegistry } from "./registry-words.ts";

/** Artifact types: those that everybody knows, and those of the registry that the line works with. */
export async function typeWords(lookup: Lookup): Promise<Candidate[]> {
  const { signal, current } = lookup;
  const host = ownRegistry(lookup);
  const known = WELL_KNOWN_TYPES.map(({ type, title }) => ({ value: type, description: title }));
  const more = async () =>
    host === undefined
      ? []
      : await narrowed(lookup, ["types", host], current, async (start) => {
          const { value } = await callOperation((await lookup.client()).connection(host), "listTypes", { what: "", signal });
          return startingWith(
            value.types.map(({ type, title }) => ({ value: type, description: title })),
            start,
          );
        });
  const found = [...known, ...(await more().catch(() => []))];
  return [...new Map(found.map((each) => [each.value, each])).values()];
}
