import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { randomBytes } from "node:crypto";
import { type RecordingProxy, useRecordingProxy } from "../../mod/support/recording-proxy.ts";
import { type CountingProxy, startCountingProxy } from "../../support/counting-proxy.ts";
import { REGISTRIES, useRegistries } from "../repository/use-registries.ts";
import { readIndependently } from "../support/independent-reader.ts";
import { signatureHolds } from "../support/independent-signature.ts";
import { fileResource, makeComponent, PUBLIC_KEY, referenceTo } from "./make-component.ts";
import { transferHere, useTransfer } from "./use-transfer.ts";

const MIB = 1024 * 1024;
const APP = ["acme.org/app", "1.0.0"] as const;

const hostOf = useRegistries();
const { fresh, run, transfer } = useTransfer();

/** Two component versions with six blobs of a MiB in all. */
async function product(place: string, salt: Buffer = randomBytes(MIB / 2)): Promise<void> {
  const files = (name: string, count: number) =>
    Array.from({ length: count }, (_, at) => fileResource(`${name}${at}`, Buffer.concat([salt, Buffer.from(`${name}${at}`), salt])));
  const base = await makeComponent(place, "acme.org/base", { resources: files("base", 2) });
  await makeComponent(place, "acme.org/app", { resources: files("app", 4), references: [referenceTo(base)] });
}

async function isThere(place: string, name = "acme.org/app"): Promise<boolean> {
  return await readIndependently(place, name, "1.0.0").then(
    () => true,
    () => false,
  );
}

describe.each(REGISTRIES)("%s", (name) => {
  let counter: CountingProxy;
  const recorder: RecordingProxy = useRecordingProxy(() => hostOf(name));
  beforeAll(async () => {
    counter = await startCountingProxy(Number(hostOf(name).split(":")[1]));
  });
  afterAll(() => counter.close());

  test("a source that breaks off in the middle: nothing is visible, and repeating goes on", async () => {
    const [place, target] = [`source/${crypto.randomUUID()}`, `http://${hostOf(name)}/target/${crypto.randomUUID()}`];
    await product(`http://${hostOf(name)}/${place}`);
    const source = `http://${counter.host}/${place}`;
    counter.breakAfter(3.5 * MIB);
    const { code, stdout, stderr } = await run(["--quiet", "--recursive", `${source}//${APP.join(":")}`, target]);
    counter.mend();
    expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
    expect(stderr).toMatch(/^opm: acme\.org\/app:1\.0\.0 was not transferred to .+; repeat the command: what arrived is not sent again\n$/);
    expect(await isThere(target)).toBe(false);
    counter.reset();
    const { components } = await transfer("--recursive", `${source}//${APP.join(":")}`, target);
    expect(components.map(({ state }) => state)).toEqual(["present", "copied"]);
    expect(counter.received()).toBeLessThan(5 * MIB);
    const { descriptor } = await readIndependently(target, ...APP);
    expect(signatureHolds(descriptor, "acme", PUBLIC_KEY)).toBe(true);
  }, 60_000);

  test("a target that refuses from the middle on: nothing is visible, and repeating goes on", async () => {
    const [origin, place] = [fresh(), crypto.randomUUID()];
    await product(origin);
    const direct = `http://${hostOf(name)}/${place}`;
    let manifests = 0;
    recorder.before = (request, path) => {
      if (request.method !== "PUT" || !path.includes("/manifests/")) return undefined;
      return ++manifests > 1 ? Response.json({ errors: [{ code: "DENIED", message: "the disk is full" }] }, { status: 403 }) : undefined;
    };
    const { code, stderr } = await run(["--quiet", origin, `http://${recorder.host}/${place}`]);
    expect({ code, stderr }).toEqual({ code: 4, stderr: expect.stringMatching(/^opm: acme\.org\/app:1\.0\.0 was not transferred to .+\n$/) });
    expect([await isThere(direct, "acme.org/base"), await isThere(direct)]).toEqual([true, false]);
    recorder.reset();
    const { components, transfer: moved } = await transfer(origin, `http://${recorder.host}/${place}`);
    expect(components.map(({ state }) => state)).toEqual(["present", "copied"]);
    expect(moved.transferredBytes).toBe(0);
    expect(recorder.writes().filter((write) => !write.includes("/manifests/"))).toEqual([]);
    expect(await isThere(direct)).toBe(true);
  }, 60_000);

  test("repeating sends under a tenth; a registry takes over what it has elsewhere", async () => {
    const [place, other] = [`a/${crypto.randomUUID()}`, `b/${crypto.randomUUID()}`];
    const origin = fresh();
    await product(origin);
    counter.reset();
    await transfer(origin, `http://${counter.host}/${place}`);
    const first = counter.sent() + counter.received();
    expect(first).toBeGreaterThan(6 * MIB);
    counter.reset();
    await transfer(origin, `http://${counter.host}/${place}`);
    expect(counter.sent() + counter.received()).toBeLessThan(first / 10);
    counter.reset();
    const { transfer: moved } = await transfer("--recursive", `http://${counter.host}/${place}//${APP.join(":")}`, `http://${counter.host}/${other}`);
    expect(counter.sent() + counter.received()).toBeLessThan(first / 10);
    expect(moved.mountedBytes).toBeGreaterThan(6 * MIB);
    expect(await isThere(`http://${hostOf(name)}/${other}`)).toBe(true);
  }, 60_000);

  test("two at once, of the same", async () => {
    const [origin, target] = [fresh(), `http://${hostOf(name)}/${crypto.randomUUID()}`];
    await product(origin);
    const ran = await Promise.all([run([origin, target]), run([origin, target])]);
    expect(ran.map(({ code }) => code)).toEqual([0, 0]);
    expect([await isThere(target), await isThere(target, "acme.org/base")]).toEqual([true, true]);
  }, 60_000);

  test("another that wrote in the meantime is not overwritten", async () => {
    const [one, other, target] = [fresh(), fresh(), `http://${hostOf(name)}/${crypto.randomUUID()}`];
    await makeComponent(one, "acme.org/app", { resources: [fileResource("file", "one")] });
    await makeComponent(other, "acme.org/app", { resources: [fileResource("file", "other")] });
    const overtaken = Promise.withResolvers<readonly string[]>();
    let isBegun = false;
    recorder.before = async (request) => {
      if (request.method === "POST" && !isBegun) {
        isBegun = true;
        overtaken.resolve(await transferHere(other, target));
      }
      return undefined;
    };
    const states = await transferHere(one, target.replace(hostOf(name), recorder.host));
    expect(await overtaken.promise).toEqual(["copied acme.org/app:1.0.0"]);
    expect(states).toEqual([
      expect.stringMatching(/^refused: acme\.org\/app:1\.0\.0 was changed in .+ at the same time: it was left as it is; repeat the transfer$/),
    ]);
    const { elements } = await readIndependently(target, ...APP);
    expect(Buffer.from(elements[0]?.bytes ?? []).toString()).toBe("other");
  }, 60_000);
});
