import { expect, test } from "bun:test";
import type { GetStore } from "../fixture.ts";

/** Each case has a store of its own. */
export function claimCases(store: GetStore): void {
  test("a claim is begun, confirmed once, and then stays unless it is replaced", async () => {
    expect(await store().coordination.contentClaim()).toBeUndefined();
    await store().coordination.claimContent({});
    await store().coordination.claimContent({});
    expect(await store().coordination.contentClaim()).toEqual({ identity: undefined });
    await store().coordination.claimContent({ identity: "one" });
    await store().coordination.claimContent({ identity: "two" });
    await store().coordination.claimContent({});
    expect(await store().coordination.contentClaim()).toEqual({ identity: "one" });
    await store().coordination.claimContent({ identity: "two", replace: true });
    expect(await store().coordination.contentClaim()).toEqual({ identity: "two" });
  });

  test("of claims that come at once one is confirmed", async () => {
    const identities = ["a", "b", "c", "d"];
    await Promise.all(identities.map((identity) => store().coordination.claimContent({ identity })));
    expect(identities).toContain((await store().coordination.contentClaim())?.identity ?? "");
  });
}
