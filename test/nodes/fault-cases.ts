import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { locationOf } from "../conformance/pushing.ts";
import { randomBlob } from "../support/content.ts";
import { expectStatus } from "../support/expectations.ts";
import { type Nodes, startNodes } from "../support/nodes.ts";
import { freshRepository } from "../support/use-registry.ts";
import { expectWhole, newImage, pushImage, untilAnswered } from "./pushing.ts";

const COUNT = 3;

interface TagEvent {
  readonly previous: string | null;
  readonly digest: string | null;
}

/**
 * What nodes over one PostgreSQL must survive.
 * @param contentStore gives where the content lies, as `storage.content` has it; default: a folder
 */
export function faultCases(database: () => Promise<string>, contentStore?: () => Promise<Readonly<Record<string, unknown>>>): void {
  setDefaultTimeout(240_000);
  let nodes: Nodes;
  beforeAll(async () => {
    nodes = await startNodes({ database: await database(), contentStore: await contentStore?.(), nodes: Array.from({ length: COUNT }, () => ({})) });
  }, 240_000);
  afterAll(() => nodes?.stop(), 120_000);

  const everyNode = () => Array.from({ length: COUNT }, (_, index) => nodes.client(index));
  const server = (index: number) => nodes.servers[index] ?? expect.unreachable();

  /** Nothing is missing or damaged in what the nodes share. */
  async function expectSound(): Promise<void> {
    const { code, stdout, stderr } = await nodes.opm("scrub", "--json");
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(JSON.parse(stdout)).toMatchObject({ problems: [], stores: "same" });
  }

  test("a node killed in the middle of 100 pushes through the balancer takes nothing with it", async () => {
    const repository = freshRepository();
    const client = nodes.balanced();
    const shared = randomBlob(100_000);
    let acknowledged = 0;
    const pushing = Array.from({ length: 4 }, async (_, pusher) => {
      for (let number = pusher; number < 100; number += 4) {
        await pushImage(client, repository, `v${number}`, newImage([shared, randomBlob(20_000)]));
        acknowledged++;
      }
    });
    const killAfter = async (count: number, victim: number) => {
      while (acknowledged < count) await Bun.sleep(5);
      await server(victim).kill();
      await server(victim).restart();
    };
    await Promise.all([...pushing, killAfter(20, 1), killAfter(60, 2)]);
    expect(acknowledged).toBe(100);
    const clients = everyNode();
    for (let number = 0; number < 100; number++) await expectWhole(clients[number % COUNT] ?? client, repository, `v${number}`);
    await expectSound();
  });

  test("nodes that push one tag and one blob at once agree on one order", async () => {
    const repository = freshRepository();
    const layer = randomBlob(50_000);
    const rounds = 12;
    await Promise.all(
      everyNode().map(async (client) => {
        for (let round = 0; round < rounds; round++) await pushImage(client, repository, "latest", newImage([layer]));
      }),
    );
    const answer = await nodes.client(0).get(`/v2/${repository}/_opm/tags/history?tag=latest&n=100`);
    expectStatus(answer, 200);
    const events = (answer.json() as { events: TagEvent[] }).events.reverse();
    expect(events).toHaveLength(COUNT * rounds);
    for (const [index, { previous }] of events.entries()) expect(previous).toBe(events[index - 1]?.digest ?? null);
    for (const client of everyNode()) expect(await expectWhole(client, repository, "latest")).toBe(String(events.at(-1)?.digest));
  });

  test("what one node deletes while others push it is there whole, or not at all", async () => {
    const repository = freshRepository();
    const image = newImage();
    const [first, second, third] = everyNode();
    if (first === undefined || second === undefined || third === undefined) return expect.unreachable();
    let pushes = 0;
    const push = async (client: typeof first) => {
      for (let round = 0; round < 25; round++) {
        for (const { digest, bytes } of image.blobs) expectStatus(await client.post(repository, { digest }, { body: bytes }), 201);
        // Refused where the other node took a blob away in between: nothing is half then.
        const answer = await client.putManifest(repository, "latest", image.manifest);
        expect([201, 404]).toContain(answer.status);
        if (answer.status === 201) pushes++;
      }
    };
    const remove = async () => {
      for (let round = 0; round < 40; round++) {
        await third.delete(`/v2/${repository}/manifests/${image.manifest.digest}`);
        await third.delete(`/v2/${repository}/blobs/${image.blobs[0]?.digest}`);
      }
    };
    await Promise.all([push(first), push(second), remove()]);
    expect(pushes).toBeGreaterThan(0);
    const statuses = await Promise.all(everyNode().map(async (client) => (await client.get(`/v2/${repository}/manifests/latest`)).status));
    expect(new Set(statuses).size).toBe(1);
    await pushImage(nodes.balanced(), repository, "latest", image);
    for (const client of everyNode()) await expectWhole(client, repository, "latest");
    await expectSound();
  });

  test("an upload of 40 odd chunks goes on over nodes at random, of which some are killed meanwhile", async () => {
    const repository = freshRepository();
    const sizes = Array.from({ length: 40 }, (_, index) => 1 + ((index * 7919) % 30_011));
    const blob = randomBlob(sizes.reduce((sum, size) => sum + size, 0));
    const anyNode = () => nodes.client(Math.floor(Math.random() * COUNT));
    let location = locationOf(await anyNode().post(repository));
    let [offset, end] = [0, 0];
    for (const [index, size] of sizes.entries()) {
      end += size;
      const killed = index % 13 === 6 ? server(index % COUNT) : undefined;
      const sent = killed?.kill();
      // In its turn, and asked for where it was left when a node went.
      while (offset < end) {
        const answer = await untilAnswered(() => anyNode().patch(location, blob.bytes.slice(offset, end), offset));
        expect([202, 416]).toContain(answer.status);
        location = locationOf(answer);
        offset = Number(answer.headers.get("Range")?.split("-")[1]) + 1;
      }
      await sent;
      await killed?.restart();
    }
    expect(offset).toBe(blob.bytes.length);
    expectStatus(await untilAnswered(() => anyNode().close(location, blob.digest)), 201);
    for (const client of everyNode()) {
      const answer = await client.get(`/v2/${repository}/blobs/${blob.digest}`);
      expectStatus(answer, 200);
      expect(Buffer.from(answer.body).equals(Buffer.from(blob.bytes))).toBeTrue();
    }
    await expectSound();
  });
}
