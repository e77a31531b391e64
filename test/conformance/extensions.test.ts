import { expect, test } from "bun:test";
import { indexOf } from "../support/content.ts";
import { expectSameHead, expectStatus } from "../support/expectations.ts";
import { freshRepository, useRegistry } from "../support/use-registry.ts";
import { pushManifest } from "./pushing.ts";

const { client } = useRegistry();

test("_oci/ext/discover lists the extensions of the registry and of a repository", async () => {
  const repository = freshRepository();
  await pushManifest(client, repository, indexOf([]), "latest");
  for (const path of ["/v2/_oci/ext/discover", `/v2/${repository}/_oci/ext/discover`]) {
    const answer = await client.get(path);
    expectStatus(answer, 200);
    expect(answer.headers.get("Content-Type")).toStartWith("application/json");
    const { extensions } = answer.json() as { extensions: { name: string; url: string; endpoints: string[] }[] };
    for (const { name, url, endpoints } of extensions) {
      expect(name).toMatch(/^_[a-z0-9]+(?:[._-][a-z0-9]+)*$/);
      expect(URL.canParse(url)).toBe(true);
      for (const endpoint of endpoints) expect(endpoint).toMatch(/^_[a-z0-9]+(?:[._-][a-z0-9]+)*(?:\/[a-z0-9]+(?:[._-][a-z0-9]+)*)+$/);
    }
    expect(extensions.map(({ name }) => name)).toContain("_oci");
    expectSameHead(await client.head(path), answer);
  }
});
