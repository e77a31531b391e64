import { expect, test } from "bun:test";
import fc from "fast-check";
import { ModuleError } from "../helper/helper.ts";
import { loadRouting } from "../routing/load.ts";
import { locate } from "../routing/locate.ts";
import { getTarget, publishTarget, type ReferenceTarget } from "./target.ts";

const part = fc.constantFrom("a", "b", "base", "lib.test", "a.test");
const module = fc
  .tuple(fc.constantFrom("lib.test", "a.test", "github.com"), fc.array(part, { maxLength: 3 }))
  .map(([domain, parts]) => [domain, ...parts].join("/"));
const place = fc
  .tuple(fc.constantFrom("r.test", "localhost:5000", "docker.io", "h.test:80"), fc.array(part, { maxLength: 3 }))
  .map(([host, parts]) => [host, ...parts].join("/"));
const registry = fc.constantFrom(
  "",
  "none",
  "r.test",
  "lib.test=r.test/a,localhost:5000",
  "lib.test/base=localhost:5000/b,a.test=none",
  "a.test/b=r.test,h.test:80/a",
);

/** Undefined for what is refused. */
function refusedAs<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    if (error instanceof ModuleError && (error.code === "invalid" || error.code === "not-found")) return undefined;
    throw error;
  }
}

test("what is published at a place is found there again, by its path and by its place", async () => {
  await fc.assert(
    fc.asyncProperty(place, module, registry, async (reference, path, configured) => {
      const routing = await loadRouting({ flags: {}, env: { CUE_REGISTRY: configured } });
      const target = refusedAs(() => publishTarget(reference, path, routing));
      fc.pre(target !== undefined);
      const { location } = target;
      expect(locate(target.routing, path)).toEqual(location);
      // doing it once more changes nothing
      expect(withoutAdded(publishTarget(reference, path, target.routing))).toEqual(withoutAdded(target));
      expect(getTarget(path, target.routing)).toMatchObject({ module: path, location });
      const byPlace = refusedAs(() => getTarget(`${location.host}/${location.repository}`, target.routing));
      // a tag says which module it is where names have two parts
      if (target.routing.routes.every(({ pathEncoding }) => pathEncoding === undefined)) {
        expect(byPlace?.location.repository).toBe(location.repository);
      }
    }),
    { numRuns: 500 },
  );
});

test("other modules stay where they are configured", async () => {
  await fc.assert(
    fc.asyncProperty(place, module, registry, async (reference, path, configured) => {
      const routing = await loadRouting({ flags: {}, env: { CUE_REGISTRY: configured } });
      const target = refusedAs(() => publishTarget(reference, path, routing));
      fc.pre(target?.added !== undefined);
      for (const route of routing.routes.filter(({ prefix }) => prefix !== "" && prefix !== target.added?.route.prefix)) {
        expect(locate(target.routing, route.prefix)).toEqual(locate(routing, route.prefix));
      }
    }),
    { numRuns: 500 },
  );
});

function withoutAdded({ module, location, routing }: ReferenceTarget) {
  return { module, location, registry: routing.registry };
}
