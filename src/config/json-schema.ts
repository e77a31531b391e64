import { z } from "zod";
import { configSchema } from "./schema.ts";

/** JSON Schema (2020-12) of the configuration file, for editors and other checkers. */
export function configJsonSchema(): Record<string, unknown> {
  return { title: "opm configuration", ...z.toJSONSchema(configSchema, { io: "input" }) };
}
