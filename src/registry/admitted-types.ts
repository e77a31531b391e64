import { z } from "zod";
import type { ArtifactCategory, ArtifactTypeInput, TypeSource } from "../artifacts/artifact-type.ts";
import { createTypeTable, type TypeTable } from "../artifacts/type-table.ts";
import type { StoredType } from "../storage/metadata/catalog/definitions.ts";
import type { CatalogWatch } from "../storage/watch-catalog.ts";

const CATEGORIES = [
  "image",
  "chart",
  "module",
  "component",
  "policy",
  "sbom",
  "signature",
  "attestation",
  "wasm",
  "config",
  "other",
] satisfies ArtifactCategory[];

const texts = z.array(z.string());

/** What is said of a type beside its title; what is no such thing is passed over. */
const definitionSchema = z
  .object({
    icon: z.string(),
    category: z.enum(CATEGORIES).catch("other"),
    configMediaTypes: texts,
    layerMediaTypes: texts,
    consume: z.string(),
    documentation: z.string(),
  })
  .partial();

/** The section `types` of the configuration; globs have been checked. */
export interface ConfiguredTypes {
  readonly add: readonly (Readonly<Record<string, unknown>> & { readonly type: string; readonly title?: string | undefined })[];
  readonly allow: readonly string[];
  readonly deny: readonly string[];
}

/** The types of the configuration, with those that were declared since. The table is made again when these change. */
export function liveTypes(configured: ConfiguredTypes, declared: Pick<CatalogWatch, "current">): () => TypeTable {
  let known = declared.current();
  let types = compile(configured, known.types);
  return () => {
    const now = declared.current();
    if (now === known) return types;
    known = now;
    types = compile(configured, known.types);
    return types;
  };
}

function compile(configured: ConfiguredTypes, stored: readonly StoredType[]): TypeTable {
  const named = (rule: StoredType["rule"]): string[] => stored.filter((type) => type.rule === rule).map(({ type }) => type);
  return createTypeTable({
    add: [
      ...configured.add.map((type) => toInput(type, type, "configuration")),
      ...stored.filter(({ rule }) => rule === "known").map((type) => toInput(type, type.definition, "stored")),
    ],
    allow: [...configured.allow, ...named("allow")],
    deny: [...configured.deny, ...named("deny")],
  });
}

function toInput({ type, title }: Pick<ConfiguredTypes["add"][number], "type" | "title">, definition: unknown, source: TypeSource): ArtifactTypeInput {
  const { data = {} } = definitionSchema.safeParse(definition);
  return { type, ...(title !== undefined && { title }), ...data, source };
}
