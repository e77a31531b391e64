import { describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Operation } from "../../src/api/operation.ts";
import { OPERATIONS } from "../../src/api/operations.ts";
import { refusalsOf } from "../../src/api/refusals.ts";
import { ERROR_TABLE, type ErrorCode } from "../../src/oci/error-codes.ts";
import { expectStatus } from "../support/expectations.ts";
import { findPythonTool } from "../support/python-tools.ts";
import { testWith } from "../support/tools.ts";
import { useRegistry } from "../support/use-registry.ts";
import { pushSample } from "./sample.ts";

/** Milliseconds: for the validator, and for schemathesis. */
const VALIDATOR_LIMIT = 60_000;
const RUN_LIMIT = 240_000;

/** Requests that schemathesis makes up for an operation, beside those that cover its description: a number, since a time is less of a test on a slower machine. */
const EXAMPLES = 10;

const [validator, schemathesis] = [await findPythonTool("openapi-spec-validator"), await findPythonTool("st")];
const { client } = useRegistry();

/** What exists in the sample, so that requests get further than to 404; what is deleted is something else. */
const PARAMETERS = `
[parameters]
"path.name" = "shop/web/app"
"path.namespace" = "shop"
"path.project" = "web"
"query.reference" = "v1.1.0"

[checks.negative_data_rejection]
expected-statuses = ["400", "401", "403", "404", "405", "406", "409", "413", "414", "415", "421", "429", "431"]

[[operations]]
include-method = "DELETE"
parameters = { "path.name" = "shop/gone/app", "path.namespace" = "gone", "path.project" = "gone" }
`;

interface Refusal {
  readonly content?: Readonly<Record<string, { schema?: { properties?: { errors: { items: { properties: { code: { enum: readonly ErrorCode[] } } } } } } }>>;
}

interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly responses?: Readonly<Record<string, { readonly $ref?: string }>> }>>>>;
  readonly components: { readonly responses: Readonly<Record<string, Refusal>> };
}

describe("the description of the package API", () => {
  test("names every operation once, with its parameters and refusals", async () => {
    const answer = await client.get("/api/v1/openapi.json");
    expectStatus(answer, 200);
    const { openapi, paths } = answer.json() as { openapi: string; paths: Record<string, Record<string, { operationId?: string; responses?: object }>> };
    expect(openapi).toBe("3.1.0");
    const described = Object.values(paths).flatMap((item) => Object.values(item).flatMap(({ operationId }) => operationId ?? []));
    expect(described.sort()).toEqual(Object.keys(OPERATIONS).sort());
    for (const { path, method } of Object.values(OPERATIONS)) {
      const described = Object.keys(paths[path]?.[method.toLowerCase()]?.responses ?? {});
      expect(described).toContainValues(["200", "400", "401", "403", "405", "406", "429", "500", "503"]);
    }
  });

  test("names the codes of every refusal of an operation, by status", async () => {
    const { paths, components } = (await client.get("/api/v1/openapi.json")).json() as Description;
    for (const operation of Object.values<Operation>(OPERATIONS)) {
      const responses = Object.entries(paths[operation.path]?.[operation.method.toLowerCase()]?.responses ?? {});
      const named = responses.flatMap(([status, { $ref = "" }]) => {
        const codes =
          components.responses[$ref.split("/").at(-1) ?? ""]?.content?.["application/json"]?.schema?.properties?.errors.items.properties.code.enum ?? [];
        for (const code of codes) expect([code, ERROR_TABLE[code].statuses as readonly number[]]).toEqual([code, expect.arrayContaining([Number(status)])]);
        return codes;
      });
      expect(new Set(named)).toEqual(new Set(refusalsOf(operation)));
    }
  });

  test("is read by everybody, and again only when it changed", async () => {
    const first = await client.get("/api/v1/openapi.json");
    const again = await client.get("/api/v1/openapi.json", { "If-None-Match": first.headers.get("ETag") ?? "" });
    expectStatus(again, 304);
    expectStatus(await client.request("POST", "/api/v1/openapi.json"), 405);
  });

  testWith(validator)(
    "is valid OpenAPI 3.1",
    async () => {
      await withFile("openapi.json", (await client.get("/api/v1/openapi.json")).text(), async (path) => {
        const { code, output } = await run([validator.path ?? "", "--schema", "3.1", path], VALIDATOR_LIMIT);
        expect(`${code} ${output}`).toStartWith("0 ");
      });
    },
    VALIDATOR_LIMIT + 5000,
  );
});

testWith(schemathesis)(
  "schemathesis finds no 5xx and no answer that is not as described",
  async () => {
    await pushSample(client);
    await withFile("schemathesis.toml", PARAMETERS, async (config) => {
      // A cursor, or a range together with a tag, is refused though its schema lets it in.
      const limits = [
        "--max-examples",
        String(EXAMPLES),
        "--workers",
        "1",
        "--seed",
        "1",
        "--phases",
        "coverage,fuzzing",
        "--exclude-checks",
        "positive_data_acceptance",
      ];
      const command = [schemathesis.path ?? "", "--config-file", config, "run", "--no-color", "--url", client.url, `${client.url}/api/v1/openapi.json`];
      const { code, output } = await run([...command, ...limits, "--generation-database", "none", "--warnings", "off"], RUN_LIMIT);
      if (code !== 0) throw new Error(`schemathesis ended with ${code}:\n${shorten(output)}`);
      expect(Number(/(\d+) generated/.exec(output)?.[1] ?? 0)).toBeGreaterThan(1000);
    });
  },
  RUN_LIMIT + 10_000,
);

async function withFile(name: string, text: string, use: (path: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "opm-openapi-"));
  try {
    await Bun.write(join(folder, name), text);
    await use(join(folder, name));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Failures come with requests that have very long parameters. */
function shorten(output: string): string {
  const lines = output.split("\n").map((line) => line.slice(0, 500));
  return lines.slice(-200).join("\n");
}

async function run(command: readonly string[], limit: number): Promise<{ readonly code: number; readonly output: string }> {
  const child = Bun.spawn([...command], { cwd: tmpdir(), stdin: "ignore", stdout: "pipe", stderr: "pipe", timeout: limit, killSignal: "SIGKILL" });
  const [out, error, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  return { code, output: `${out}\n${error}` };
}
