import { afterEach, expect, setSystemTime, test } from "bun:test";
import type { Credential } from "../credentials/credential.ts";
import { type FakeHandler, type FakeServer, reply, type SeenRequest, startFakeServer } from "../testing/fake-server.ts";
import type { TransportRequest } from "../transport/request.ts";
import { createTransport } from "../transport/transport.ts";
import { Authenticator } from "./authenticator.ts";

const servers: FakeServer[] = [];

afterEach(async () => {
  setSystemTime();
  for (const server of servers.splice(0)) await server.stop();
});

interface Issuer {
  /** Seconds that a token is good for. */
  readonly lifetime?: number;
  readonly status?: number;
}

/** A registry that takes the tokens of its own token server, each as often as `good` says. */
async function guardedRegistry(credential: Credential | undefined, { lifetime = 300, status = 200 }: Issuer = {}, good = Number.POSITIVE_INFINITY) {
  let issued = 0;
  const left = new Map<string | undefined, number>();
  const token: FakeHandler = (_, response) => {
    issued++;
    left.set(`Bearer token-${issued}`, good);
    reply(response, status, { "Content-Type": "application/json" }, JSON.stringify({ token: `token-${issued}`, expires_in: lifetime }));
  };
  const server = await startFakeServer((request, response) => {
    if (request.path.startsWith("/token")) return token(request, response);
    const { authorization } = request.headers;
    const uses = left.get(authorization) ?? 0;
    left.set(authorization, uses - 1);
    if (uses > 0) return reply(response, 200);
    const challenge = `Bearer realm="http://${server.host}/token",service="svc",scope="repository:a:pull"`;
    reply(response, 401, { "WWW-Authenticate": challenge });
  });
  servers.push(server);
  const credentials = { find: async () => credential };
  const transport = createTransport(server.host, { env: {}, credentials, retry: { attempts: 1, delay: 1, longestDelay: 1 }, idleLimit: 2000 });
  const send = (more: Partial<TransportRequest> = {}) =>
    transport
      .send({ method: "GET", url: new URL(`http://${server.host}/v2/a/tags/list`), scopes: [{ repository: "a", actions: ["pull"] }], ...more })
      .catch((error: unknown) => error);
  return { send, seen: server.seen, tokens: () => server.seen.filter(({ path }) => path.startsWith("/token")), transport };
}

const query = (request: SeenRequest | undefined) => Object.fromEntries(new URL(request?.path ?? "", "http://x").searchParams);

test("a token is asked for with the user's password, once for many requests", async () => {
  const { send, seen, tokens } = await guardedRegistry({ kind: "basic", username: "ann", password: "pä:ss" });
  expect(await send()).toMatchObject({ status: 200 });
  expect(await send()).toMatchObject({ status: 200 });
  expect(tokens()).toHaveLength(1);
  expect(query(tokens()[0])).toEqual({ service: "svc", scope: "repository:a:pull" });
  expect(tokens()[0]?.headers.authorization).toBe(`Basic ${Buffer.from("ann:pä:ss").toString("base64")}`);
  expect(seen).toHaveLength(4);
});

test("requests at the same time share a token", async () => {
  const { send, tokens } = await guardedRegistry(undefined);
  await send();
  await Promise.all([send({ scopes: [{ repository: "a", actions: ["pull", "push"] }] }), send({ scopes: [{ repository: "a", actions: ["push"] }] }), send()]);
  expect(tokens().map((request) => query(request).scope)).toEqual(["repository:a:pull", "repository:a:pull,push", "repository:a:push"]);
});

test("who has credentials is asked for them before anything is answered for anonymous", async () => {
  const server = await startFakeServer((request, response) => {
    if (request.path.startsWith("/v2/_catalog")) return reply(response, 200, {}, request.headers.authorization ?? "anonymous");
    reply(response, request.headers.authorization === undefined ? 401 : 200, { "WWW-Authenticate": 'Basic realm="r"' });
  });
  servers.push(server);
  const ask = async (credential: Credential | undefined) => {
    const options = { env: {}, credentials: { find: async () => credential }, retry: { attempts: 1, delay: 1, longestDelay: 1 }, idleLimit: 2000 };
    const answer = await createTransport(server.host, options).send({ method: "GET", url: new URL(`http://${server.host}/v2/_catalog`) });
    return new TextDecoder().decode(await answer.bytes(100));
  };
  expect(await ask({ kind: "basic", username: "a", password: "b" })).toBe("Basic YTpi");
  expect(await ask(undefined)).toBe("anonymous");
});

test("nobody gets a token without credentials", async () => {
  const { send, tokens } = await guardedRegistry(undefined);
  expect(await send()).toMatchObject({ status: 200 });
  expect(tokens()[0]?.headers).not.toHaveProperty("authorization");
});

test("an identity token is exchanged by POST", async () => {
  const { send, tokens } = await guardedRegistry({ kind: "identity-token", token: "refresh" });
  expect(await send()).toMatchObject({ status: 200 });
  expect(tokens()[0]?.method).toBe("POST");
  const form = Object.fromEntries(new URLSearchParams(tokens()[0]?.body));
  expect(form).toEqual({ grant_type: "refresh_token", client_id: "opm", refresh_token: "refresh", service: "svc", scope: "repository:a:pull" });
});

test("a registry token is sent as it is", async () => {
  const { send, seen, tokens } = await guardedRegistry({ kind: "registry-token", token: "own" });
  expect(await send()).toMatchObject({ status: 401 });
  expect(tokens()).toHaveLength(0);
  expect(seen.at(-1)?.headers.authorization).toBe("Bearer own");
});

test("a token that the registry does not take any more is replaced, once", async () => {
  const { send, tokens } = await guardedRegistry(undefined, {}, 1);
  for (let at = 0; at < 3; at++) expect(await send()).toMatchObject({ status: 200 });
  expect(tokens()).toHaveLength(3);
});

test("a token is not used after its end", async () => {
  const { send, tokens } = await guardedRegistry(undefined, { lifetime: 300 });
  await send();
  setSystemTime(Date.now() + 300_000);
  await send();
  expect(tokens()).toHaveLength(2);
});

test("a registry that takes no token at all is asked twice, not for ever", async () => {
  const { send, seen, transport } = await guardedRegistry({ kind: "basic", username: "ann", password: "secret" }, {}, 0);
  expect(await send()).toMatchObject({ status: 401 });
  expect(seen).toHaveLength(5);
  expect(await transport.loginHint("a")).toContain("does not accept the credentials");
});

test("a token server that refuses is an error of permission without the password", async () => {
  const { send } = await guardedRegistry({ kind: "basic", username: "ann", password: "secret" }, { status: 401 });
  const error = await send();
  expect(error).toMatchObject({ name: "ClientError", kind: "permission", status: 401 });
  expect(String(error)).toContain("docker login");
  expect(JSON.stringify(error) + String(error)).not.toContain("secret");
});

test("credentials for an encrypted registry are not sent without encryption", async () => {
  const sent: TransportRequest[] = [];
  const authenticator = new Authenticator({
    registry: "registry.example.com",
    origin: new URL("https://registry.example.com"),
    credentials: { find: async () => ({ kind: "basic", username: "ann", password: "secret" }) },
    send: async (request) => {
      sent.push(request);
      throw new Error("nothing may be sent");
    },
  });
  const error = await authenticator.answer('Bearer realm="http://auth.example.com/token"', [], undefined).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ kind: "refused" });
  expect(sent).toEqual([]);
});
