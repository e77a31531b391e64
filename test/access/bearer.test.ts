import { beforeAll, describe, expect, test } from "bun:test";
import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { join } from "node:path";
import { type CryptoKey, type JWTPayload, SignJWT } from "jose";
import { sharedSigningKey } from "../../src/access/signing-key.ts";
import { pushBlob } from "../conformance/pushing.ts";
import { emptyBlob } from "../support/content.ts";
import { expectError, expectStatus } from "../support/expectations.ts";
import { openMetadata } from "../support/metadata.ts";
import { freshRepository } from "../support/use-registry.ts";
import { useGuardedRegistry } from "./guarded-registry.ts";

const { anonymous, as, server, bearer, with: withAuthorization } = useGuardedRegistry();

/** Challenges, as clients follow them. */
function challengeOf(header: string | null): Record<string, string> {
  return Object.fromEntries([...(header ?? "").matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]));
}

describe("the token flow", () => {
  test("leads from the challenge to the content", async () => {
    const repository = freshRepository("team");
    await pushBlob(as("admin"), repository, emptyBlob());
    const path = `/v2/${repository}/blobs/${emptyBlob().digest}`;
    const { realm, service, scope } = challengeOf((await anonymous.get(path)).headers.get("WWW-Authenticate"));
    const issued = await as("puller").get(`${realm}?${new URLSearchParams({ service: String(service), scope: String(scope) })}`);
    expectStatus(issued, 200);
    const { token, access_token, expires_in, issued_at } = issued.json() as Record<string, unknown>;
    expect([access_token, expires_in]).toEqual([token, 300]);
    expect(Date.parse(String(issued_at))).toBeWithin(Date.now() - 60_000, Date.now() + 1);
    expectStatus(await withAuthorization(`Bearer ${token}`).get(path), 200);
  });

  test("a token is not wider than what was asked for", async () => {
    const repository = freshRepository("team");
    const client = withAuthorization(`Bearer ${await bearer("writer", `repository:${repository}:pull`)}`);
    const refused = await client.post(repository);
    expectError(refused, 401, "UNAUTHORIZED");
    expect(challengeOf(refused.headers.get("WWW-Authenticate"))).toMatchObject({ scope: `repository:${repository}:pull,push`, error: "insufficient_scope" });
    expectError(await client.get(`/v2/${freshRepository("team")}/tags/list`), 401, "UNAUTHORIZED");
  });

  test("a token is not wider than what its user may do", async () => {
    const repository = freshRepository("team");
    const client = withAuthorization(`Bearer ${await bearer("puller", `repository:${repository}:pull,push,delete`)}`);
    expectError(await client.post(repository), 403, "DENIED");
    expectError(await client.delete(`/v2/${repository}/manifests/v1`), 403, "DENIED");
    const hidden = withAuthorization(`Bearer ${await bearer("puller", "repository:other/app:pull")}`);
    expectError(await hidden.get("/v2/other/app/tags/list"), 404, "NAME_UNKNOWN");
  });

  test("anonymous gets a token for what is public", async () => {
    await pushBlob(as("admin"), "public/app", emptyBlob());
    const client = withAuthorization(`Bearer ${await bearer(undefined, "repository:public/app:pull", "repository:team/app:pull")}`);
    expectStatus(await client.get(`/v2/public/app/blobs/${emptyBlob().digest}`), 200);
    expectError(await client.get("/v2/team/app/tags/list"), 401, "UNAUTHORIZED");
    expectError(await client.post("public/app"), 401, "UNAUTHORIZED");
  });

  test("no token for a wrong password, nor for another token", async () => {
    expectError(await withAuthorization(`Basic ${btoa("puller:wrong")}`).get("/token?service=opm"), 401, "UNAUTHORIZED");
    expectError(await withAuthorization(`Bearer ${await bearer("puller")}`).get("/token?service=opm"), 401, "UNAUTHORIZED");
  });
});

describe("a token that this registry did not issue, or not so", () => {
  const REPOSITORY = "team/app";

  const now = () => Math.floor(Date.now() / 1000);

  const claims = (): JWTPayload => ({
    ...{ iss: "opm", aud: "opm", sub: "puller", jti: crypto.randomUUID() },
    ...{ iat: now(), nbf: now(), exp: now() + 60 },
    access: [{ type: "repository", name: REPOSITORY, actions: ["pull"] }],
  });

  let ownKey: CryptoKey | undefined;
  beforeAll(async () => {
    const metadata = await openMetadata(server());
    ownKey = (await sharedSigningKey(metadata.coordination, join(server().dataDir, "keys", "token.pem"))).privateKey;
    await metadata.close();
  });
  const foreignKey = (): KeyObject => generateKeyPairSync("ed25519").privateKey;

  async function sign(payload: JWTPayload, key: CryptoKey | KeyObject | Uint8Array | undefined = ownKey, header: Record<string, string> = {}): Promise<string> {
    if (key === undefined) throw new Error("the key of the registry was not read");
    return await new SignJWT(payload).setProtectedHeader({ alg: "EdDSA", typ: "JWT", ...header }).sign(key);
  }

  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");

  async function tampered(change: (parts: string[]) => string[]): Promise<string> {
    return change((await bearer("puller", `repository:${REPOSITORY}:pull`)).split(".")).join(".");
  }

  const TOKENS: Readonly<Record<string, () => Promise<string>>> = {
    "signed with a foreign key": () => sign(claims(), foreignKey()),
    "signed with a shared secret": () => sign(claims(), new Uint8Array(32), { alg: "HS256" }),
    "not signed": async () => `${encode({ alg: "none", typ: "JWT" })}.${encode(claims())}.`,
    expired: () => sign({ ...claims(), iat: now() - 120, nbf: now() - 120, exp: now() - 60 }),
    "of the future": () => sign({ ...claims(), nbf: now() + 60, exp: now() + 120 }),
    "of another issuer": () => sign({ ...claims(), iss: "registry.example.org" }),
    "for another service": () => sign({ ...claims(), aud: "registry.example.org" }),
    "without an end": () => sign({ ...claims(), exp: undefined }),
    "of a user that does not exist": () => sign({ ...claims(), sub: "nobody-here" }),
    "of an access token that does not exist": () => sign({ ...claims(), access_token: "000000000000" }),
    "of another type": () => sign(claims(), undefined, { typ: "at+jwt" }),
    "with claims of another shape": () => sign({ ...claims(), access: "everything" }),
    "with changed claims": () => tampered(([header = "", , signature = ""]) => [header, encode({ ...claims(), sub: "admin" }), signature]),
    "with a changed signature": () => tampered(([header = "", payload = "", signature = ""]) => [header, payload, signature.split("").reverse().join("")]),
    "without its signature": () => tampered(([header = "", payload = ""]) => [header, payload, ""]),
    "that is no token": async () => "abc",
  };

  test.each(Object.entries(TOKENS))("%s", async (_name, make) => {
    const client = withAuthorization(`Bearer ${await make()}`);
    for (const path of [`/v2/${REPOSITORY}/tags/list`, "/v2/", "/v2/_catalog", "/v2/public/app/tags/list", "/metrics"]) {
      const answer = await client.get(path);
      expectError(answer, 401, "UNAUTHORIZED");
      expect(answer.headers.get("WWW-Authenticate")).toContain('error="invalid_token"');
    }
  });

  test("the same with nothing wrong is accepted", async () => {
    await pushBlob(as("admin"), REPOSITORY, emptyBlob());
    expectStatus(await withAuthorization(`Bearer ${await sign(claims())}`).get(`/v2/${REPOSITORY}/tags/list`), 200);
  });
});
