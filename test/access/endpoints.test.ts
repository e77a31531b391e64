import { describe, expect, test } from "bun:test";
import type { ErrorCode } from "../../src/oci/error-codes.ts";
import type { Answer } from "../support/answer.ts";
import { expectError, expectStatus } from "../support/expectations.ts";
import { type Furnished, furnish, OPERATIONS, type Operation, unfurnished } from "./endpoints.ts";
import { EXTENSION_OPERATIONS } from "./extension-endpoints.ts";
import { type User, useGuardedRegistry } from "./guarded-registry.ts";

const { anonymous, as, server } = useGuardedRegistry();

/** Who has just this right, and who has every other but not this one. */
const HOLDERS: Readonly<Record<Operation["action"], User>> = { pull: "puller", push: "pusher", delete: "deleter" };
const OTHERS: Readonly<Record<Operation["action"], readonly User[]>> = {
  pull: ["pusher", "deleter"],
  push: ["puller", "deleter"],
  delete: ["writer"],
};

/** Who has the right to pull besides. */
const READERS: Readonly<Record<Operation["action"], User>> = { pull: "puller", push: "writer", delete: "cleaner" };

/** What a client has to ask for: who pushes or deletes also looks at what is there. */
const SCOPES: Readonly<Record<Operation["action"], string>> = { pull: "pull", push: "pull,push", delete: "pull,delete" };

describe.each([...OPERATIONS, ...EXTENSION_OPERATIONS])("$name", (operation) => {
  const { action, tells = false, send } = operation;

  test("anonymous is asked to log in, whether the repository exists or not", async () => {
    const furnished = await furnish(as("admin"), as("pusher"));
    for (const on of [furnished, unfurnished(furnished)]) {
      const answer = await send(anonymous, on);
      expectRefused(operation, answer, 401, "UNAUTHORIZED");
      expect(answer.headers.get("WWW-Authenticate")).toBe(
        `Bearer realm="${server().url}/token",service="opm",scope="repository:${on.repository}:${SCOPES[action]}"`,
      );
    }
    await expectUntouched(furnished);
  });

  test("who has no right there learns nothing of the repository", async () => {
    const furnished = await furnish(as("admin"), as("pusher"));
    const absent = unfurnished(furnished);
    const [there, nowhere] = [await send(as("stranger"), furnished), await send(as("stranger"), absent)];
    if (action === "pull") expectRefused(operation, there, 404, "NAME_UNKNOWN");
    else expectRefused(operation, there, 403, "DENIED");
    expect(nowhere.status).toBe(there.status);
    expect(nowhere.text().replaceAll(absent.repository, furnished.repository)).toBe(there.text());
    await expectUntouched(furnished);
  });

  test.each(OTHERS[action])("%s has other rights there, and is denied this one", async (user) => {
    const furnished = await furnish(as("admin"), as("pusher"));
    expectRefused(operation, await send(as(user), furnished), 403, "DENIED");
    await expectUntouched(furnished);
  });

  test("who has the rights it takes may", async () => {
    const user = tells ? READERS[action] : HOLDERS[action];
    expectStatus(await send(as(user), await furnish(as("admin"), as(user))), operation.status);
  });

  test("an administrator may", async () => {
    expectStatus(await send(as("admin"), await furnish(as("admin"), as("admin"))), operation.status);
  });
});

describe.each(EXTENSION_OPERATIONS.filter(({ tells }) => tells))("$name", (operation) => {
  test("tells nobody of what is there who may not pull", async () => {
    const furnished = await furnish(as("admin"), as("pusher"));
    expectRefused(operation, await operation.send(as(HOLDERS[operation.action]), furnished), 403, "DENIED");
    await expectUntouched(furnished);
  });
});

function expectRefused({ name }: Operation, answer: Answer, status: number, code: ErrorCode): void {
  if (name.startsWith("HEAD ")) {
    expectStatus(answer, status);
    expect(answer.body).toHaveLength(0);
  } else expectError(answer, status, code);
}

/** Nothing came, nothing went, and the session goes on. */
async function expectUntouched({ repository, blob, image, session }: Furnished): Promise<void> {
  const admin = as("admin");
  expect((await admin.get(`/v2/${repository}/tags/list`)).json()).toEqual({ name: repository, tags: ["v1"] });
  expectStatus(await admin.head(`/v2/${repository}/blobs/${blob.digest}`), 200);
  expectStatus(await admin.head(`/v2/${repository}/manifests/${image.digest}`), 200);
  const status = await as("pusher").get(session);
  expectStatus(status, 204);
  expect(status.headers.get("Range")).toBe("0-0");
}
