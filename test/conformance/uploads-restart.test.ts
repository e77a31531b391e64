import { describe, expect, test } from "bun:test";
import { randomBlob } from "../support/content.ts";
import { expectBytes, expectStatus } from "../support/expectations.ts";
import { freshRepository, useRegistry } from "../support/use-registry.ts";
import { locationOf, openUpload, pushBlob } from "./pushing.ts";

const { client, server } = useRegistry();

/** The location as a path: the port is another one after a restart. */
function pathOf(location: string): string {
  const { pathname, search } = new URL(location, client.url);
  return pathname + search;
}

describe("upload sessions and content outlive the process", () => {
  test.each([
    ["ends", () => server().restart()],
    [
      "is killed",
      () =>
        server()
          .kill()
          .then(() => server().restart()),
    ],
  ])(
    "when the server %s",
    async (_name, restart) => {
      const repository = freshRepository();
      const [stored, blob] = [randomBlob(), randomBlob(10_000)];
      await pushBlob(client, repository, stored);
      const location = pathOf(locationOf(await client.patch(await openUpload(client, repository), blob.bytes.slice(0, 6000), 0)));
      await restart();
      expectBytes(await client.get(`/v2/${repository}/blobs/${stored.digest}`), stored.bytes);
      const status = await client.get(location);
      expectStatus(status, 204);
      const received = Number(/^0-(\d+)$/.exec(status.headers.get("Range") ?? "")?.[1]) + 1;
      expect(received).toBe(6000);
      expectStatus(await client.close(locationOf(status), blob.digest, blob.bytes.slice(received), { "Content-Range": `${received}-9999` }), 201);
      expectBytes(await client.get(`/v2/${repository}/blobs/${blob.digest}`), blob.bytes);
    },
    60_000,
  );
});
