import { expect, test } from "bun:test";
import { pushBlob } from "../conformance/pushing.ts";
import { addUser, createToken } from "../support/accounts.ts";
import { readAudit } from "../support/audit.ts";
import { configBlob, emptyBlob, imageOf } from "../support/content.ts";
import { eventually } from "../support/eventually.ts";
import { expectStatus } from "../support/expectations.ts";
import { freshRepository } from "../support/use-registry.ts";
import { basic, passwordOf, useGuardedRegistry } from "./guarded-registry.ts";

const { anonymous, as, bearer, server, with: withAuthorization } = useGuardedRegistry();

test("pushes, deletes and moves of tags, each with its request", async () => {
  const [repository, source] = [freshRepository("team"), freshRepository("team")];
  const [config, mounted] = [configBlob(), configBlob()];
  const [first, second] = [imageOf(config, []), imageOf(config, [config])];
  const admin = as("admin");
  await pushBlob(admin, source, mounted);

  const path = `/v2/${repository}`;
  const answers = [
    await as("writer").post(repository, { digest: config.digest }, { body: config.bytes }),
    await as("writer").post(repository, { mount: mounted.digest, from: source }),
    await as("writer").putManifest(repository, "v1", first),
    await as("writer").putManifest(repository, "v1", second),
    await as("deleter").delete(`${path}/manifests/v1`),
    await as("writer").putManifest(repository, "v2", first),
    await as("deleter").delete(`${path}/manifests/${first.digest}`),
    await as("deleter").delete(`${path}/blobs/${mounted.digest}`),
  ];
  expect(answers.map((answer) => answer.status)).toEqual([201, 201, 201, 201, 202, 201, 202, 202]);
  const requests = answers.map((answer) => String(answer.headers.get("X-Request-Id")));

  const entries = await readAudit(server(), { repository });
  const lines = entries.map(({ action, actor, reference, digest }) => [requests.indexOf(String(actor.requestId)), action, actor.subject, reference, digest]);
  expect(lines).toEqual([
    [0, "blob.push", "writer", undefined, config.digest],
    [1, "blob.mount", "writer", undefined, mounted.digest],
    [2, "manifest.push", "writer", undefined, first.digest],
    [2, "tag.create", "writer", "v1", first.digest],
    [3, "manifest.push", "writer", undefined, second.digest],
    [3, "tag.move", "writer", "v1", second.digest],
    [4, "tag.delete", "deleter", "v1", second.digest],
    [5, "manifest.push", "writer", undefined, first.digest],
    [5, "tag.create", "writer", "v2", first.digest],
    [6, "tag.delete", "deleter", "v2", first.digest],
    [6, "manifest.delete", "deleter", undefined, first.digest],
    [7, "blob.delete", "deleter", undefined, mounted.digest],
  ]);
  expect(entries.find((entry) => entry.action === "tag.move")?.detail).toEqual({ from: first.digest });
  for (const { actor, at } of entries) {
    expect(actor.remote).toBe("127.0.0.1");
    expect(at).toBeWithin(Date.now() - 60_000, Date.now() + 1);
  }
});

test("what is refused or changes nothing leaves no entry", async () => {
  const repository = freshRepository("team");
  for (const client of [anonymous, as("puller"), as("stranger")]) {
    await client.post(repository, { digest: emptyBlob().digest }, { body: emptyBlob().bytes });
    await client.delete(`/v2/${repository}/manifests/v1`);
  }
  await as("deleter").delete(`/v2/${repository}/manifests/v1`);
  expect(await readAudit(server(), { repository })).toEqual([]);
});

test("log-ins, failed ones too, accounts, tokens and grants", async () => {
  expect(await readAudit(server(), { action: "grants.change" })).toMatchObject([{ actor: { subject: "system" } }]);

  await bearer("writer");
  await withAuthorization(basic("writer", "a guess")).get("/v2/");
  await withAuthorization(basic("no\tbody", "a guess")).get("/token?service=opm");
  expect(await readAudit(server(), { subject: "writer", action: "login.success" })).toMatchObject([{ actor: { remote: "127.0.0.1" } }]);
  expect(await readAudit(server(), { subject: "writer", action: "login.failed" })).toMatchObject([{ actor: { remote: "127.0.0.1" } }]);
  expect(await readAudit(server(), { action: "login.failed" })).toHaveLength(2);

  await addUser(server(), "ann", "correct horse");
  const token = await createToken(server(), "ann");
  expectStatus(await withAuthorization(basic("ann", token)).get("/token?service=opm"), 200);
  expect(await readAudit(server(), { action: "user.create" })).toMatchObject([{ reference: "ann" }]);
  const [created] = await readAudit(server(), { action: "token.create" });
  expect(token).toStartWith(`opm_${created?.reference}_`);
  expect(await readAudit(server(), { subject: "ann", action: "login.success" })).toMatchObject([{ detail: { token: created?.reference } }]);
});

test("no credentials get into the record, nor into the log", async () => {
  const { stderr } = server();
  const secret = await createToken(server(), "ann");
  const issued = await bearer("writer", "repository:team/app:pull");
  const authorizations = [`Bearer ${secret}`, basic("ann", secret), basic("writer", "a secret guess"), `Bearer ${issued}`, "Basic a-secret"];
  const answers = await Promise.all(authorizations.map((authorization) => withAuthorization(authorization).get("/v2/team/absent/tags/list")));
  const ids = answers.map((answer) => String(answer.headers.get("X-Request-Id")));
  await eventually("the requests are logged", async () => ids.every((id) => stderr().includes(id)));
  const written = JSON.stringify(await readAudit(server())) + stderr();
  const secrets = [secret.split("_")[2], issued, issued.split(".")[2], "a secret guess", "correct horse", passwordOf("writer"), ...authorizations];
  for (const text of secrets) expect(written).not.toContain(String(text));
});
