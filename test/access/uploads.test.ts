import { expect, test } from "bun:test";
import { openUpload } from "../conformance/pushing.ts";
import type { Answer } from "../support/answer.ts";
import { randomBlob } from "../support/content.ts";
import { expectBytes, expectError, expectStatus } from "../support/expectations.ts";
import type { RegistryClient } from "../support/registry-client.ts";
import { freshRepository } from "../support/use-registry.ts";
import { useGuardedRegistry } from "./guarded-registry.ts";

const { as, bearer, with: withAuthorization } = useGuardedRegistry();

const blob = randomBlob();

const USES: Readonly<Record<string, (client: RegistryClient, session: string) => Promise<Answer>>> = {
  GET: (client, session) => client.get(session),
  HEAD: (client, session) => client.head(session),
  PATCH: (client, session) => client.patch(session, blob.bytes, 0),
  PUT: (client, session) => client.close(session, blob.digest, blob.bytes),
  DELETE: (client, session) => client.delete(session),
};

async function expectUnknown(method: string, answer: Answer): Promise<void> {
  if (method === "HEAD") expectStatus(answer, 404);
  else expectError(answer, 404, "BLOB_UPLOAD_UNKNOWN");
}

test.each(Object.entries(USES))("%s: nobody uses the session of another user, not even an administrator", async (method, use) => {
  const repository = freshRepository("team");
  const session = await openUpload(as("writer"), repository);
  for (const user of ["pusher", "admin"] as const) await expectUnknown(method, await use(as(user), session));
  expectStatus(await as("writer").close(session, blob.digest, blob.bytes), 201);
  expectBytes(await as("admin").get(`/v2/${repository}/blobs/${blob.digest}`), blob.bytes);
});

test.each(Object.entries(USES))("%s: a session is of no use for another repository", async (method, use) => {
  const [repository, other] = [freshRepository("team"), freshRepository("team")];
  const session = await openUpload(as("writer"), repository);
  await expectUnknown(method, await use(as("writer"), session.replace(repository, other)));
  expectStatus(await as("writer").close(session, blob.digest, blob.bytes), 201);
  expectError(await as("admin").get(`/v2/${other}/tags/list`), 404, "NAME_UNKNOWN");
});

test("a session goes on with other credentials of the same user", async () => {
  const repository = freshRepository("team");
  const session = await openUpload(as("writer"), repository);
  const client = withAuthorization(`Bearer ${await bearer("writer", `repository:${repository}:pull,push`)}`);
  expectStatus(await client.patch(session, blob.bytes, 0), 202);
  const answer = await as("writer").close(session, blob.digest);
  expectStatus(answer, 201);
  expect(answer.headers.get("Docker-Content-Digest")).toBe(blob.digest);
});
