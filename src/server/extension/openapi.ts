import { z } from "zod";
import { errorReply, nameSegment, repositoryName } from "../../api/common.ts";
import { type Operation, type OperationGroup, vendorMediaType } from "../../api/operation.ts";
import { OPERATIONS } from "../../api/operations.ts";
import { TOKEN_PATH } from "../authentication.ts";
import type { Call } from "../context.ts";
import { etagOf, matchesEtag } from "../etag.ts";
import type { HeaderRecord } from "../headers.ts";
import { emptyReply, type HttpReply } from "../http.ts";
import { offeredMediaTypes } from "./accept.ts";
import { otherRepresentation } from "./index-representation.ts";
import { refusalReferences, refusalResponses } from "./openapi-refusals.ts";

type Json = Readonly<Record<string, unknown>>;

const GROUPS: Readonly<Record<OperationGroup, string>> = {
  packages: "Packages, their namespaces, projects and types",
  tags: "Tags, versions and their history",
  graph: "What content consists of, where it is used, and what depends on what",
  "de-duplication": "What shared content saves, in the store and on the way",
  administration: "What people declare, accounts and their tokens, and the audit record",
  account: "The caller's own account",
};

export const OPENAPI_PATH = "/api/v1/openapi.json";

let prepared: { readonly body: string; readonly etag: string } | undefined;

/** The description of the package API. Everybody may read it: it tells nothing of what is stored. */
export function getOpenApi({ request }: Call): HttpReply {
  prepared ??= prepare();
  const { body, etag } = prepared;
  const headers: HeaderRecord = { "Content-Type": "application/json", "Cache-Control": "public, max-age=300", ETag: etag };
  return matchesEtag(request.header("if-none-match"), etag) ? emptyReply(304, headers) : { status: 200, headers, body };
}

function prepare(): { readonly body: string; readonly etag: string } {
  const body = JSON.stringify(openApiDocument());
  return { body, etag: etagOf(new Bun.CryptoHasher("sha256").update(body).digest("base64url")) };
}

/** The description of the package API, OpenAPI 3.1, made of the table that requests are checked by. */
export function openApiDocument(): Json {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const operation of Object.values<Operation>(OPERATIONS)) {
    const item = paths[operation.path] ?? pathItem(operation.path);
    paths[operation.path] = item;
    item[operation.method.toLowerCase()] = describeOperation(operation);
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Package API of opm",
      version: "1",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
      description:
        "An extension of the OCI distribution API: packages, versions, graph, history and de-duplication, and the administration of the " +
        "catalog. A repository name in a path is written as it is, with its slashes. What the caller may not pull is absent from rows, counts, facets and edges.",
    },
    servers: [{ url: "/" }],
    tags: Object.entries(GROUPS).map(([name, description]) => ({ name, description })),
    security: [{ bearer: [] }, { basic: [] }, {}],
    paths,
    components: {
      securitySchemes: {
        basic: { type: "http", scheme: "basic", description: "User name and password or access token." },
        bearer: { type: "http", scheme: "bearer", description: `A token of ${TOKEN_PATH}, or an access token.` },
      },
      schemas: { Errors: schemaOf(errorReply, "output"), ...replySchemas() },
      responses: refusalResponses(),
    },
  };
}

function pathItem(path: string): Record<string, unknown> {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
  if (names.length === 0) return {};
  return {
    parameters: names.map((name) => ({
      name,
      in: "path",
      required: true,
      ...(name === "name" && { "x-allowReserved": true }),
      schema: schemaOf(name === "name" ? repositoryName : nameSegment, "input"),
    })),
  };
}

function describeOperation(operation: Operation): Json {
  const { id, summary, group, action, query, body } = operation;
  const parameters = Object.entries(query.shape).map(([name, schema]) => queryParameter(name, schema as z.ZodType));
  const right = action === undefined ? "" : ` Takes the right to ${action === "pull" ? action : `pull and to ${action}`}.`;
  return {
    operationId: id,
    summary,
    ...(right !== "" && { description: `${summary}.${right}` }),
    tags: [group],
    ...(parameters.length > 0 && { parameters }),
    ...(body !== undefined && { requestBody: { required: true, content: { "application/json": { schema: schemaOf(body, "input") } } } }),
    responses: {
      200: success(operation),
      ...(operation.method === "GET" && { 304: { description: "Nothing changed since If-None-Match." } }),
      ...refusalReferences(operation),
    },
  };
}

function queryParameter(name: string, schema: z.ZodType): Json {
  const { description, ...rest } = schemaOf(schema, "input");
  const list = rest.type === "array";
  return {
    name,
    in: "query",
    required: !schema.safeParse(undefined).success,
    ...(description !== undefined && { description }),
    ...(list && { style: "form", explode: true }),
    schema: rest,
  };
}

function success(operation: Operation): Json {
  const headers = {
    ...(operation.paged && { Link: { description: "The next page, when there is one (RFC 8288).", schema: { type: "string" } } }),
    ...(operation.method === "GET" && { ETag: { description: "For If-None-Match.", schema: { type: "string" } } }),
  };
  const own = new Set([vendorMediaType(operation.kind), "application/json"]);
  const content = offeredMediaTypes(operation).map((type) => [
    type,
    { schema: own.has(type) ? { $ref: `#/components/schemas/${nameOf(operation.kind)}` } : otherRepresentation(type) },
  ]);
  return { description: operation.summary, ...(Object.keys(headers).length > 0 && { headers }), content: Object.fromEntries(content) };
}

function replySchemas(): Json {
  const kinds = new Map(Object.values<Operation>(OPERATIONS).map(({ kind, reply }) => [nameOf(kind), reply]));
  return Object.fromEntries([...kinds].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, reply]) => [name, schemaOf(reply, "output")]));
}

/** `manifest-info` is `ManifestInfo`. */
function nameOf(kind: string): string {
  return kind.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function schemaOf(schema: z.ZodType, io: "input" | "output"): Record<string, unknown> {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, override: ({ jsonSchema }) => publish(jsonSchema, io) });
  return rest;
}

/** What the schemas say for this version of the server only, or twice, is left out. */
function publish(schema: Record<string, unknown>, io: "input" | "output"): void {
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  if (schema.format === "date-time" || schema.format === "uri") delete schema.pattern;
  // Answers may gain fields.
  if (io === "output" && schema.additionalProperties === false) delete schema.additionalProperties;
}
