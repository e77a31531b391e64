import { jsonOutputs } from "../../src/cli/json-outputs.ts";
import { buildWholeProgram } from "../../src/cli/program.ts";
import { openApiDocument } from "../../src/server/extension/openapi.ts";
import { apiReference } from "./api-reference.ts";
import { cliReference } from "./cli-reference.ts";
import { configReference } from "./config-reference.ts";
import { environmentReference } from "./environment-reference.ts";
import { jsonReference, jsonSchemas } from "./json-reference.ts";

/** The generated pages, by their path in the project. */
export async function referencePages(): Promise<Readonly<Record<string, string>>> {
  const outputs = await Promise.all((await jsonOutputs()).map(async ({ command, schema }) => ({ command, schema: await schema() })));
  return {
    "docs/reference/api.md": apiReference(),
    "docs/reference/cli.md": cliReference(await buildWholeProgram()),
    "docs/reference/configuration.md": configReference(),
    "docs/reference/environment.md": environmentReference(),
    "docs/reference/json.md": jsonReference(outputs),
    "docs/reference/json.schema.json": jsonSchemas(outputs),
    "docs/reference/openapi.json": `${JSON.stringify(openApiDocument(), undefined, 1)}\n`,
  };
}
