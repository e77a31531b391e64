import { beforeAll, expect, test } from "bun:test";
import { ERROR_CODES, ERROR_TABLE, type ErrorCode } from "../../src/oci/error-codes.ts";
import { basic, useGuardedRegistry } from "../access/guarded-registry.ts";
import { pushImage, send } from "../catalog/packages.ts";
import { openUpload, pushBlob } from "../conformance/pushing.ts";
import { addUser } from "../support/accounts.ts";
import type { Answer } from "../support/answer.ts";
import { emptyBlob, imageOf, manifestOf, randomBlob } from "../support/content.ts";
import { execute, loseContent } from "../support/damage.ts";
import { expectStatus } from "../support/expectations.ts";
import { rawRequest } from "../support/raw-http.ts";
import { registryClient } from "../support/registry-client.ts";
import { useRegistry } from "../support/use-registry.ts";
import { pushImages } from "./sample.ts";

const { client, server } = useRegistry({ config: { limits: { idle: "500ms" } } });
const guarded = useGuardedRegistry({ limits: { loginFailures: 1 }, trustedProxies: ["127.0.0.0/8"] });

const NAME = "codes/web/app";
const TAGS = `/v2/${NAME}/_opm/tags/list`;
const PLAN = `/v2/${NAME}/_opm/dedup/plan`;
const BLOBS = `/v2/${NAME}/blobs`;
/** Bytes: too many to be kept in the database. */
const LARGE = 200_000;

beforeAll(async () => {
  await pushImages(client, NAME, { platforms: ["linux/amd64"], tags: ["1.0.0", "latest"] });
}, 60_000);

type Refusal = Pick<Answer, "status"> & { readonly body: Answer["body"] | string };

const raw = (line: string, headers: readonly string[] = [], body = "") =>
  rawRequest(
    client.url,
    [
      `${line} HTTP/1.1`,
      ...(headers.some((header) => header.startsWith("Host:")) ? [] : [`Host: ${new URL(client.url).host}`]),
      "Connection: close",
      ...headers,
    ],
    body,
  );
const json = (length: number) => ["Content-Type: application/json", `Content-Length: ${length}`];

/** A request for each code that there is. */
const CASES: Readonly<Record<ErrorCode, () => Promise<Refusal>>> = {
  BLOB_UNKNOWN: () => client.get(`${BLOBS}/${randomBlob().digest}`),
  BLOB_UPLOAD_INVALID: async () => client.patch(await openUpload(client, NAME), randomBlob().bytes, 7),
  BLOB_UPLOAD_UNKNOWN: () => client.get(`${BLOBS}/uploads/${crypto.randomUUID()}`),
  DIGEST_INVALID: () => client.get(`${BLOBS}/sha256:short`),
  MANIFEST_BLOB_UNKNOWN: () => client.putManifest(NAME, "absent", imageOf(emptyBlob(), [randomBlob()])),
  MANIFEST_INVALID: () => client.putManifest(NAME, "odd", manifestOf({ schemaVersion: 1 })),
  MANIFEST_UNKNOWN: () => client.get(`/v2/${NAME}/_opm/manifest/info?reference=absent`),
  NAME_INVALID: () => client.get("/api/v1/namespaces/UPPER"),
  NAME_UNKNOWN: () => client.get("/v2/no/such/_opm/repo/info"),
  SIZE_INVALID: async () => client.request("PATCH", await openUpload(client, NAME), { headers: { "Content-Range": "0-9" }, body: "x" }),
  UNAUTHORIZED: () => guarded.anonymous.get("/api/v1/account"),
  DENIED: () => guarded.as("puller").get("/api/v1/audit"),
  UNSUPPORTED: () => client.get("/v2/nothing"),
  TOOMANYREQUESTS: async () => {
    const guessing = registryClient(() => guarded.server().url, { Authorization: basic("admin", "a guess"), "X-Forwarded-For": "198.51.100.9" });
    expectStatus(await guessing.get("/api/v1/account"), 401);
    return guessing.get("/api/v1/account");
  },
  TAG_INVALID: () => client.get(`/v2/${NAME}/manifests/-x`),
  UNKNOWN: async () => {
    await addUser(guarded.server(), "damaged", "a long password");
    await execute(guarded.server(), "UPDATE app_user SET password_hash = '$2y$05$short' WHERE name = 'damaged'");
    return guarded.with(basic("damaged", "a long password")).get("/api/v1/account");
  },
  UNAVAILABLE: async () => {
    const blob = randomBlob(LARGE);
    await pushBlob(client, NAME, blob);
    await loseContent(server());
    return client.get(`${BLOBS}/${blob.digest}`);
  },

  REQUEST_INVALID: () => raw(`GET ${TAGS}`, ["Host: localhost", "Host: localhost"]),
  PATH_UNKNOWN: () => client.get("/api/v1/nothing"),
  METHOD_NOT_ALLOWED: () => client.request("PATCH", TAGS),
  PARAMETER_INVALID: () => client.get(`${TAGS}?plattform=linux/amd64`),
  CURSOR_INVALID: () => client.get(`${TAGS}?cursor=x`),
  VERSION_RANGE_INVALID: () => client.get(`/v2/${NAME}/_opm/tags/resolve?range=latest`),
  SCOPE_INVALID: () => client.get("/token?service=opm&scope=odd"),
  QUERY_TOO_LONG: () => client.get(`${TAGS}?${"class=semver&".repeat(1000)}`),
  BODY_INVALID: () => send(client, "POST", PLAN, { wish: "latest" }),
  BODY_INCOMPLETE: () => raw(`POST ${PLAN}`, json(100), "{"),
  BODY_TOO_LARGE: () => send(client, "POST", PLAN, { want: "a".repeat(2 ** 20) }),
  LIMIT_EXCEEDED: () => {
    const namespaces = Object.fromEntries(Array.from({ length: 1001 }, (_, index) => [`n${index}`, {}]));
    return send(client, "POST", "/api/v1/catalog", { catalog: { version: 1, namespaces } });
  },
  MEDIA_TYPE_UNSUPPORTED: () => raw(`POST ${PLAN}`, ["Content-Type: text/plain", "Content-Length: 2"], "{}"),
  NOT_ACCEPTABLE: () => client.get(TAGS, { Accept: "text/html" }),
  NAMESPACE_UNKNOWN: () => client.get("/api/v1/namespaces/absent"),
  PROJECT_UNKNOWN: () => client.get("/api/v1/projects/codes/absent"),
  TYPE_UNKNOWN: () => client.delete("/api/v1/types?type=application/vnd.absent.thing"),
  USER_UNKNOWN: () => client.get("/api/v1/users/absent"),
  TOKEN_UNKNOWN: () => client.delete("/api/v1/tokens/absent"),
  VERSION_UNKNOWN: () => client.get(`/v2/${NAME}/_opm/tags/resolve?range=^7`),
  PLATFORM_UNKNOWN: () => send(client, "POST", PLAN, { want: "latest", platform: "plan9/mips" }),
  CONFLICT: () => client.delete("/api/v1/namespaces/codes"),
  POLICY_VIOLATION: async () => {
    const other = await pushImage(client, "codes/kept/app", "1.0.0", "2.0.0");
    expectStatus(await send(client, "PUT", "/api/v1/projects/codes/kept", { policies: { versions: "enforce" } }), 200);
    await pushImage(client, "codes/kept/app", "3.0.0");
    return send(client, "PUT", "/v2/codes/kept/app/_opm/tags/tag", { tag: "3.0.0", to: other.digest });
  },
  CROSS_ORIGIN: () => raw(`POST ${PLAN}`, [...json(2), "Origin: https://attacker.example"], "{}"),
  MISDIRECTED: () => raw(`GET ${TAGS}`, ["Host: attacker.example"]),
};

test.each(ERROR_CODES)("%s is what a request is answered, with its status", async (code) => {
  const { status, body } = await CASES[code]();
  const text = typeof body === "string" ? body : new TextDecoder().decode(body);
  expect(JSON.parse(text)).toMatchObject({ errors: [{ code, message: expect.stringMatching(/\w/) }] });
  expect(ERROR_TABLE[code].statuses as readonly number[]).toContain(status);
});

/** The same at endpoints of the distribution specification, whose codes are closed. */
const AT_ENDPOINTS: readonly (readonly [ErrorCode, number, ErrorCode, () => Promise<Refusal>])[] = [
  ["REQUEST_INVALID", 400, "UNSUPPORTED", () => raw("GET /v2/_catalog", ["Host: localhost", "Host: localhost"])],
  ["MISDIRECTED", 421, "UNSUPPORTED", () => raw("GET /v2/_catalog", ["Host: attacker.example"])],
  ["CROSS_ORIGIN", 403, "DENIED", () => raw(`POST ${BLOBS}/uploads/`, ["Content-Length: 0", "Origin: https://attacker.example"])],
  ["BODY_INCOMPLETE", 408, "BLOB_UPLOAD_INVALID", () => raw(`POST ${BLOBS}/uploads/?digest=${randomBlob().digest}`, ["Content-Length: 100"], "x")],
  [
    "POLICY_VIOLATION",
    403,
    "DENIED",
    async () => {
      expectStatus(await send(client, "PUT", "/api/v1/types", { type: "application/vnd.refused.thing", rule: "deny" }), 200);
      await pushBlob(client, NAME, emptyBlob());
      return client.putManifest(NAME, "refused", imageOf(emptyBlob(), [], { artifactType: "application/vnd.refused.thing" }));
    },
  ],
];

test.each(AT_ENDPOINTS)("%s (%d) is %s at an endpoint of the specification", async (_, status, standIn, request) => {
  const answer = await request();
  const text = typeof answer.body === "string" ? answer.body : new TextDecoder().decode(answer.body);
  expect([answer.status, JSON.parse(text)]).toMatchObject([status, { errors: [{ code: standIn }] }]);
});
