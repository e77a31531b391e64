import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { processorTime } from "../../test/support/processor-time.ts";
import { ANONYMOUS } from "./principal.ts";
import { basic, CLIENT, type Fixture, failure, openFixture } from "./testing/fixture.ts";

const PASSWORD = "pass:wörd €🔑";

describe("log-in by password", () => {
  let fixture: Fixture;

  beforeEach(async () => {
    fixture = await openFixture([]);
    await fixture.addUser("ann", PASSWORD, ["leads"]);
  });
  afterEach(() => fixture.close());

  const login = (header: string | null, remote = CLIENT.remote) => fixture.access.authenticate(header, { ...CLIENT, remote });

  test("no header is anonymous", async () => {
    expect(await login(null)).toEqual(ANONYMOUS);
  });

  test("colons and all of Unicode in the password", async () => {
    expect(await login(basic("ann", PASSWORD))).toEqual({ name: "ann", anonymous: false, groups: ["leads"], scopes: undefined });
    expect(await login(basic("ann", PASSWORD).replace("Basic", "bAsIc"))).toMatchObject({ name: "ann" });
  });

  test.each([
    ["wrong password", basic("ann", "pass:word")],
    ["empty password", basic("ann", "")],
    ["password with more behind it", basic("ann", `${PASSWORD}x`)],
    ["unknown user", basic("bob", PASSWORD)],
    ["reserved user", basic("anonymous", PASSWORD)],
    ["user with NUL", basic("ann\0", PASSWORD)],
    ["very long password", basic("ann", "x".repeat(5000))],
  ])("%s: 401, recorded, nothing secret in it", async (_, header) => {
    expect(await failure(login(header))).toMatchObject({ code: "UNAUTHORIZED", status: 401, message: "wrong user name or password" });
    expect(await fixture.logins()).toMatchObject([{ action: "login.failed", actor: { remote: CLIENT.remote, requestId: "r1" } }]);
    expect(JSON.stringify(await fixture.logins())).not.toContain("pass");
  });

  test.each([
    "",
    "Basic",
    "Basic ",
    "Basic !!!",
    "Basic YW5u",
    `Basic ${Buffer.from([0xff, 0x3a, 0xfe]).toString("base64")}`,
    "Digest x",
    "Bearer",
    `Basic ${"A".repeat(20_000)}`,
  ])("malformed header %#: 401 and no failed log-in", async (header) => {
    expect(await failure(login(header))).toMatchObject({ code: "UNAUTHORIZED" });
    expect(await fixture.logins()).toEqual([]);
  });

  test("the claimed name is cut and cleaned for the record", async () => {
    await failure(login(basic(`evil\n\u202e${"x".repeat(200)}`, "whatever")));
    expect((await fixture.logins())[0]?.actor.subject).toBe(`evil??${"x".repeat(58)}`);
  });

  test("429 after too many failures, for that address only, until the minute is over", async () => {
    for (let count = 0; count < 5; count++) expect(await failure(login(basic("ann", `wrong${count}`)))).toMatchObject({ status: 401 });
    const refused = await failure(login(basic("ann", "wrong")));
    expect(refused).toMatchObject({ code: "TOOMANYREQUESTS", status: 429, headers: { "Retry-After": "60" } });
    expect(await failure(login(basic("ann", PASSWORD)))).toMatchObject({ status: 429 });
    expect(await fixture.logins()).toHaveLength(5);
    expect(await login(basic("ann", PASSWORD), "192.0.2.2")).toMatchObject({ name: "ann" });
    fixture.advance(60_000);
    expect(await login(basic("ann", PASSWORD))).toMatchObject({ name: "ann" });
  });

  test("who was verified a moment ago is not locked out by others behind the same address", async () => {
    await login(basic("ann", PASSWORD));
    for (let count = 0; count < 6; count++) await failure(login(basic("bob", `wrong${count}`)));
    expect(await login(basic("ann", PASSWORD))).toMatchObject({ name: "ann" });
  });

  test("a verified password is not verified again, and costs nothing", async () => {
    await login(basic("ann", PASSWORD));
    const spent = await processorTime(async () => {
      for (let count = 0; count < 200; count++) await login(basic("ann", PASSWORD));
    });
    expect(spent).toBeLessThan(500);
  });

  test("a removed user, and one created anew with another password, is noticed at once", async () => {
    await login(basic("ann", PASSWORD));
    await fixture.accounts.deleteUser("ann", { subject: "root" }, fixture.now());
    fixture.advance(50);
    expect(await failure(login(basic("ann", PASSWORD)))).toMatchObject({ status: 401 });
    await fixture.addUser("ann", "another password");
    fixture.advance(50);
    expect(await failure(login(basic("ann", PASSWORD)))).toMatchObject({ status: 401 });
    expect(await login(basic("ann", "another password"))).toMatchObject({ name: "ann" });
  });

  test("an unknown user takes about as long as a wrong password", async () => {
    const time = (header: string) => processorTime(() => failure(login(header, crypto.randomUUID())));
    await time(basic("ann", "warm up"));
    const known = Math.min(await time(basic("ann", "wrong 1")), await time(basic("ann", "wrong 2")));
    const unknown = Math.min(await time(basic("bob", "wrong 1")), await time(basic("bob", "wrong 2")));
    expect(unknown).toBeGreaterThan(known / 4);
    expect(unknown).toBeLessThan(known * 4);
  });

  test("many equal log-ins at once are one verification", async () => {
    const spent = await processorTime(async () => {
      const all = await Promise.all(Array.from({ length: 100 }, () => login(basic("ann", PASSWORD))));
      expect(all.every((principal) => principal.name === "ann")).toBe(true);
    });
    expect(spent).toBeLessThan(2000);
  });
});
