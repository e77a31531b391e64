import { describe, expect, test } from "bun:test";
import { createPublicKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createRegistryClient } from "../../../src/client/registry-client.ts";
import { verifyVersion } from "../../../src/components/verification/verify-version.ts";
import { OWN_PREFIX } from "../../support/distribution.ts";
import { REGISTRIES, useRegistries } from "../repository/use-registries.ts";
import { list, type ReadComponent, readIndependently, type Tree, text, tree } from "../support/independent-reader.ts";
import { signatureHolds } from "../support/independent-signature.ts";
import { FIXTURES, useTransfer, withRepository } from "./use-transfer.ts";

const hostOf = useRegistries();
const { fresh, transfer, states } = useTransfer();
const KEY = readFileSync(join(FIXTURES, "rsa.pub"), "utf8");
const ECHO = ["acme.org/demo/echo", "1.0.0"] as const;
const APP = ["acme.org/demo/app", "2.0.0"] as const;

/** What must be the same wherever it is. */
function essence({ descriptor, component, layout, descriptorMediaType, elements }: ReadComponent): Tree {
  const { repositoryContexts: _, componentReferences, resources, sources, ...rest } = component;
  // lists that are missing or null are written as empty ones
  const fields = { ...rest, componentReferences: list(componentReferences), resources: list(resources), sources: list(sources) };
  const contents = elements.map(({ element, bytes, isNative }) => ({ name: element.name, isNative, bytes: bytes && Buffer.from(bytes).toString("base64") }));
  return { descriptor: { ...descriptor, component: fields }, layout, descriptorMediaType, contents };
}

function contexts({ component }: ReadComponent): readonly Tree[] {
  return list(component.repositoryContexts);
}

/** The signatures that hold, by the product's own deep verification, which knows every normal form. */
async function verified(place: string, name: string, version: string): Promise<readonly string[]> {
  return await withRepository(place, "read", async (repository) => {
    const client = createRegistryClient({ env: {} });
    const stored = await repository.get(name, version);
    return (await verifyVersion(repository, stored, { client, key: createPublicKey(KEY) })).signatures;
  });
}

describe.each(["older-cli-signed", "newer-cli-signed"])("%s", (fixture) => {
  const origin = join(FIXTURES, fixture);

  test.each(REGISTRIES)(
    "through %s and every kind of file, with its signatures",
    async (name) => {
      const other = REGISTRIES.find((each) => each !== name) ?? "";
      const stops = [
        fresh(".tgz"),
        `http://${hostOf(name)}/${OWN_PREFIX}/first/${fixture}`,
        `http://${hostOf(other)}/${OWN_PREFIX}/second/${fixture}`,
        fresh(".tar"),
        fresh(),
        `http://${hostOf(name)}/${OWN_PREFIX}/third/${fixture}`,
      ];
      const first = { echo: await readIndependently(origin, ...ECHO), app: await readIndependently(origin, ...APP) };
      let from = origin;
      for (const stop of stops) {
        expect(await states("--recursive", `${from}//${APP.join(":")}`, stop)).toEqual([`copied ${ECHO.join(":")}`, `copied ${APP.join(":")}`]);
        const [echo, app] = [await readIndependently(stop, ...ECHO), await readIndependently(stop, ...APP)];
        expect(essence(echo)).toEqual(essence(first.echo));
        expect(essence(app)).toEqual(essence(first.app));
        for (const { descriptor } of [echo, app].filter((each) => list(each.descriptor.signatures).length > 0)) {
          const signatures = list(descriptor.signatures).filter(({ digest }) => tree(digest).normalisationAlgorithm !== "jsonNormalisation/v1");
          for (const { name: signer } of signatures) expect(signatureHolds(descriptor, text(signer), KEY)).toBe(true);
        }
        expect(list(app.descriptor.signatures).length).toBeGreaterThan(0);
        expect(await verified(stop, ...ECHO)).toEqual(list(echo.descriptor.signatures).map((signature) => text(signature.name)));
        from = stop;
      }
      const last = contexts(await readIndependently(from, ...APP));
      expect(last.slice(-3).map(({ baseUrl, subPath }) => `${baseUrl}/${subPath}`)).toEqual(stops.filter((stop) => stop.startsWith("http:")));
    },
    120_000,
  );

  test("a whole archive, one version, and nothing where it is there already", async () => {
    const target = `http://${hostOf("opm serve")}/whole/${fixture}`;
    expect(await states(origin, target)).toEqual([`copied ${ECHO.join(":")}`, `copied ${APP.join(":")}`]);
    const again = await transfer(origin, target);
    expect(again.components.map(({ state }) => state)).toEqual(["present", "present"]);
    expect(again.transfer.transferredBytes).toBe(0);
    const single = fresh();
    expect(await states(`${origin}//${ECHO.join(":")}`, single)).toEqual([`copied ${ECHO.join(":")}`]);
    expect(await readIndependently(single, ...APP).catch((error) => error.message)).toContain("no component-descriptors/acme.org/demo/app");
  }, 60_000);
});

test("the reader of these tests finds a signature that does not hold", async () => {
  const { descriptor } = await readIndependently(join(FIXTURES, "older-cli-signed"), ...APP);
  const changed = { ...descriptor, component: { ...tree(descriptor.component), version: "2.0.1" } };
  const [signature] = list(descriptor.signatures);
  expect(signatureHolds(descriptor, text(signature?.name), KEY)).toBe(true);
  expect(signatureHolds(changed, text(signature?.name), KEY)).toBe(false);
});
