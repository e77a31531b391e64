import { z } from "zod";

/** A schema as the JSON Schema (draft 2020-12) of what is printed. */
export function jsonSchemaOf(schema: z.ZodType): Readonly<z.core.JSONSchema.BaseSchema> {
  return z.toJSONSchema(schema, { io: "input", unrepresentable: "any", reused: "inline" });
}
