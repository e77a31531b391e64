import { expect, test } from "bun:test";
import { useGuardedRegistry } from "../access/guarded-registry.ts";
import { pushManifest } from "../conformance/pushing.ts";
import type { RegistryClient } from "../support/registry-client.ts";
import { expectRefused, newImage, pushImage, putProject, send } from "./packages.ts";

const { as, with: withAuthorization, bearer, server } = useGuardedRegistry();

const remove = (client: RegistryClient, repository: string, reference: string) => client.delete(`/v2/${repository}/manifests/${reference}`);

/** A package of `team` in a project that keeps what others need, and an image of `other` that names it as its base. */
async function pinned(name: string): Promise<string> {
  const base = `team/${name}/lib`;
  await putProject(as("admin"), `team/${name}`, { policies: { dependents: "enforce" } });
  await pushImage(as("writer"), base, "1.0.0");
  const annotations = { "org.opencontainers.image.base.name": `${new URL(server().url).host}/${base}:1.0.0` };
  await pushManifest(as("stranger"), `other/${name}`, await newImage(as("stranger"), `other/${name}`, { annotations }), "1.0.0");
  return base;
}

test("whoever cannot see a package cannot keep it: its owner deletes it, and is told nothing", async () => {
  const base = await pinned("unseen");
  const blob = (await as("cleaner").get(`/v2/${base}/manifests/1.0.0`)).json() as { layers: { digest: string }[] };
  for (const answer of [
    await as("cleaner").delete(`/v2/${base}/blobs/${blob.layers[0]?.digest}`),
    await send(as("cleaner"), "POST", `/v2/${base}/_opm/tags/prune`, { keepLast: 0, olderThan: 0, dryRun: true }),
    await remove(as("cleaner"), base, "1.0.0"),
  ]) {
    expect(answer.status).toBeOneOf([200, 202]);
    expect([answer.headers.get("Warning"), answer.text().includes("other/unseen"), answer.text().includes("depend")]).toEqual([null, false, false]);
  }
});

test("whoever sees it is held to it, however little the token shows", async () => {
  const base = await pinned("seen");
  expect(expectRefused(await remove(as("admin"), base, "1.0.0"), "dependents")).toContain("other/seen:1.0.0");
  const narrow = withAuthorization(`Bearer ${await bearer("admin", `repository:${base}:pull,delete`)}`);
  const message = expectRefused(await remove(narrow, base, "1.0.0"), "dependents");
  expect([message.includes("other/seen"), message.includes("what this token does not show")]).toEqual([false, true]);
  expectRefused(await send(as("admin"), "DELETE", `/api/v1/repositories/${base}`), "dependents");
});
