import { buildProgram } from "../../src/cli/program.ts";
import { JSON_OUTPUTS } from "../../src/cli/schemas/outputs.ts";
import { openApiDocument } from "../../src/server/extension/openapi.ts";
import { apiReference } from "./api-reference.ts";
import { cliReference } from "./cli-reference.ts";
import { configReference } from "./config-reference.ts";
import { environmentReference } from "./environment-reference.ts";
import { jsonReference, jsonSchemas } from "./json-reference.ts";

/** The generated pages, by their path in the project. */
export function referencePages(): Readonly<Record<string, string>> {
  return {
    "docs/reference/api.md": apiReference(),
    "docs/reference/cli.md": cliReference(buildProgram()),
    "docs/reference/configuration.md": configReference(),
    "docs/reference/environment.md": environmentReference(),
    "docs/reference/json.md": jsonReference(JSON_OUTPUTS),
    "docs/reference/json.schema.json": jsonSchemas(JSON_OUTPUTS),
    "docs/reference/openapi.json": `${JSON.stringify(openApiDocument(), undefined, 1)}\n`,
  };
}
