import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { SQL } from "bun";
import { eventually } from "../support/eventually.ts";
import { type Nodes, startNodes } from "../support/nodes.ts";
import { postgresSuite } from "../support/postgres-suite.ts";
import type { TestServer } from "../support/server.ts";

setDefaultTimeout(120_000);

postgresSuite((database) => {
  let url: string;
  let nodes: Nodes;
  beforeAll(async () => {
    url = await database();
    nodes = await startNodes({ database: url, nodes: [{}, { clockShift: -600_000 }] });
  }, 120_000);
  afterAll(() => nodes?.stop(), 120_000);

  const saysWhatIsStored = async ({ url }: TestServer): Promise<boolean> => /^opm_stored_bytes \d+$/m.test(await (await fetch(`${url}/metrics`)).text());

  test("one of the nodes says what is stored, whoever is asked first and however often; another follows when it is gone", async () => {
    const { servers } = nodes;
    const says = async () => Promise.all(servers.map(saysWhatIsStored));
    const first = await says();
    expect(first.filter((said) => said)).toHaveLength(1);
    expect(await says()).toEqual(first);
    const [holder, other] = first[0] ? servers : servers.toReversed();
    if (holder === undefined || other === undefined) throw new Error("there are no two nodes");
    await holder.kill();
    expect(await saysWhatIsStored(other)).toBe(false);
    await using sql = new SQL({ url, adapter: "postgres", max: 1 });
    const [lease] = await sql`SELECT holder, until - EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS rest FROM lease WHERE name = 'usage'`;
    expect(lease.holder).toContain(`/${holder.pid}/`);
    // Within a minute, which need not go by here.
    expect(Number(lease.rest)).toBeLessThan(60_000);
    await sql`UPDATE lease SET until = 0 WHERE name = 'usage'`;
    await eventually("the other node says what is stored", () => saysWhatIsStored(other));
  });
});
