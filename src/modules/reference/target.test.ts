import { expect, test } from "bun:test";
import { ModuleError } from "../helper/helper.ts";
import { loadRouting } from "../routing/load.ts";
import type { ModuleRouting } from "../routing/routing.ts";
import { getTarget, publishTarget, type ReferenceTarget } from "./target.ts";

const routing = (registry: string): Promise<ModuleRouting> => loadRouting({ flags: {}, env: { CUE_REGISTRY: registry } });

/** `host/repository`, with `!` where there is no TLS. */
function at({ location }: ReferenceTarget): string {
  return `${location.host}${location.insecure ? "!" : ""}/${location.repository}`;
}

function messageOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof ModuleError) return `${error.code}: ${error.message}`;
    throw error;
  }
  throw new Error("nothing was thrown");
}

// reference, module, CUE_REGISTRY, where, the entry that is to be added
test.each([
  // the module's own path
  [
    "registry.example.com/blog",
    "registry.example.com/blog@v1",
    "",
    "registry.example.com/registry.example.com/blog",
    '{"registry.example.com": "registry.example.com"}',
  ],
  [
    "registry.example.com/blog@v1",
    "registry.example.com/blog@v1",
    "",
    "registry.example.com/registry.example.com/blog",
    '{"registry.example.com": "registry.example.com"}',
  ],
  ["ghcr.io/acme/blog/", "ghcr.io/acme/blog@v0", "", "ghcr.io/acme/blog", '{"ghcr.io/acme": {url: "ghcr.io/acme", stripPrefix: true}}'],
  ["ghcr.io/acme/a/b", "ghcr.io/acme/a/b", "", "ghcr.io/acme/a/b", '{"ghcr.io/acme": {url: "ghcr.io/acme", stripPrefix: true}}'],
  [
    "docker.io/acme/blog",
    "docker.io/acme/blog",
    "",
    "registry-1.docker.io/acme/blog",
    '{"docker.io/acme": {url: "registry-1.docker.io/acme", stripPrefix: true}}',
  ],
  [
    "docker.io/acme/a/b",
    "docker.io/acme/a/b",
    "",
    "registry-1.docker.io/acme/a",
    '{"docker.io/acme/a/b": {url: "registry-1.docker.io/acme/a", pathEncoding: "hashAsTag"}}',
  ],
  ["127.0.0.1/blog", "127.0.0.1/blog", "", "127.0.0.1!/127.0.0.1/blog", '{"127.0.0.1": "127.0.0.1"}'],
  ["lib.test/base", "lib.test/base", "lib.test=127.0.0.1:5000/pre", "127.0.0.1:5000!/pre/lib.test/base", undefined],
  ["lib.test/base", "lib.test/base", "127.0.0.1:5000", "127.0.0.1:5000!/lib.test/base", undefined],
  // a place, with more or less of the module's path
  ["127.0.0.1:5000", "lib.test/base@v1", "", "127.0.0.1:5000!/lib.test/base", '{"lib.test": "127.0.0.1:5000"}'],
  ["127.0.0.1:5000/pre", "lib.test/base@v1", "", "127.0.0.1:5000!/pre/lib.test/base", '{"lib.test": "127.0.0.1:5000/pre"}'],
  ["127.0.0.1:5000/pre/base", "lib.test/base@v1", "", "127.0.0.1:5000!/pre/lib.test/base", '{"lib.test": "127.0.0.1:5000/pre"}'],
  ["127.0.0.1:5000/pre/lib.test/base/", "lib.test/base@v1", "", "127.0.0.1:5000!/pre/lib.test/base", '{"lib.test": "127.0.0.1:5000/pre"}'],
  ["127.0.0.1:5000/base", "lib.test/base@v1", "", "127.0.0.1:5000!/lib.test/base", '{"lib.test": "127.0.0.1:5000"}'],
  ["oci://r.example.com/a/b", "lib.test/base", "", "r.example.com/a/b/lib.test/base", '{"lib.test": "r.example.com/a/b"}'],
  ["http://r.example.com/a", "lib.test/base", "", "r.example.com!/a/lib.test/base", '{"lib.test": {url: "r.example.com/a", insecure: true}}'],
  ["https://localhost:5000/a", "lib.test/base", "", "localhost:5000/a/lib.test/base", '{"lib.test": {url: "localhost:5000/a", insecure: false}}'],
  ["r.example.com", "github.com/acme/blog", "", "r.example.com/github.com/acme/blog", '{"github.com/acme": "r.example.com"}'],
  ["r.example.com", "lib.test", "", "r.example.com/lib.test", '{"lib.test": "r.example.com"}'],
  // a place that is configured already, or is another than the configured one
  ["127.0.0.1:5000/pre", "lib.test/base", "lib.test=127.0.0.1:5000/pre", "127.0.0.1:5000!/pre/lib.test/base", undefined],
  ["127.0.0.1:5000/pre/base", "lib.test/base", "127.0.0.1:5000/pre", "127.0.0.1:5000!/pre/lib.test/base", undefined],
  ["127.0.0.1:5000", "lib.test/base", "127.0.0.1:5000", "127.0.0.1:5000!/lib.test/base", undefined],
  ["r.example.com/x", "lib.test/base", "r.example.com/x+insecure", "r.example.com!/x/lib.test/base", undefined],
  ["registry.cue.works", "lib.test/base", "", "registry.cue.works/lib.test/base", undefined],
  ["127.0.0.1:5000/other", "lib.test/base", "lib.test=127.0.0.1:5000/pre", "127.0.0.1:5000!/other/lib.test/base", '{"lib.test/base": "127.0.0.1:5000/other"}'],
  [
    "127.0.0.1:5000/other",
    "lib.test/base",
    "lib.test/base=127.0.0.1:5000/pre",
    "127.0.0.1:5000!/other/lib.test/base",
    '{"lib.test/base": "127.0.0.1:5000/other"}',
  ],
  [
    "r.example.com/a",
    "lib.test/base",
    "x.test=r.example.com/b+insecure",
    "r.example.com!/a/lib.test/base",
    '{"lib.test": {url: "r.example.com/a", insecure: true}}',
  ],
  // names of two parts
  [
    "docker.io/acme/modules",
    "lib.test/base",
    "",
    "registry-1.docker.io/acme/modules",
    '{"lib.test": {url: "registry-1.docker.io/acme/modules", pathEncoding: "hashAsTag"}}',
  ],
  [
    "docker.io/acme/base",
    "lib.test/base",
    "",
    "registry-1.docker.io/acme/base",
    '{"lib.test/base": {url: "registry-1.docker.io/acme/base", pathEncoding: "hashAsTag"}}',
  ],
  ["index.docker.io/acme", "lib.test", "", "registry-1.docker.io/acme/lib.test", '{"lib.test": "registry-1.docker.io/acme"}'],
])("publish %s of %s, CUE_REGISTRY=%s", async (reference, module, registry, where, entry) => {
  const target = publishTarget(reference, module, await routing(registry));
  expect([at(target), target.added?.entry]).toEqual([where, entry === undefined ? undefined : `registries: ${entry}`]);
});

test("a host that is configured for hashAsTag has names of two parts", async () => {
  const configured = {
    registry: "",
    routes: [{ prefix: "", host: "h.test:5000", repository: "acme/mods", insecure: true, pathEncoding: "hashAsTag", origin: "CUE_REGISTRY" }],
  } as const;
  expect(publishTarget("h.test:5000/acme/mods", "lib.test/base", configured).added).toBeUndefined();
  const other = publishTarget("h.test:5000/acme/others", "lib.test/base", configured);
  expect([at(other), other.added?.route]).toMatchObject(["h.test:5000!/acme/others", { prefix: "lib.test", pathEncoding: "hashAsTag" }]);
});

test.each([
  ["user:secret@r.example.com/x", "invalid reference '…@r.example.com/x': user and password"],
  ["https://user:secret@r.example.com/x", "invalid reference 'https://…@r.example.com/x': user and password"],
  ["r.example.com/x?y=1", "what follows ? or #"],
  ["r.example.com/x:tag", "it has a tag"],
  ["r.example.com/x@sha256:abc", "it has a digest"],
  ["ftp://r.example.com/x", "the scheme 'ftp' is unknown"],
  ["base", "'base' is no host"],
  ["none", "invalid reference 'none'"],
  ["", "expected a registry"],
  ["r.example.com/UPPER", "no folder of repositories"],
  ["docker.io/acme", "give registry-1.docker.io/<account>/<repository>"],
  ["docker.io/a/b/c", "names of two parts"],
  ["https://clash.test/x", "with TLS for lib.test (the reference) and without for x.test (CUE_REGISTRY)"],
])("publish refuses %s", async (reference, message) => {
  const said = messageOf(() => publishTarget(reference, "lib.test/base", routingOfClash));
  expect(said).toStartWith("invalid: ");
  expect(said).toContain(message);
  expect(said).not.toContain("secret");
});
const routingOfClash = await routing("x.test=clash.test+insecure");

// reference, CUE_REGISTRY, module, version, where, the entry
test.each([
  [
    "registry.example.com/blog@v1.0.0",
    "",
    "registry.example.com/blog",
    "v1.0.0",
    "registry.example.com/registry.example.com/blog",
    '{"registry.example.com": "registry.example.com"}',
  ],
  ["ghcr.io/acme/blog@v1", "", "ghcr.io/acme/blog", "v1", "ghcr.io/acme/blog", '{"ghcr.io/acme": {url: "ghcr.io/acme", stripPrefix: true}}'],
  ["ghcr.io/acme/blog:v1.0.0", "", "ghcr.io/acme/blog", "v1.0.0", "ghcr.io/acme/blog", '{"ghcr.io/acme": {url: "ghcr.io/acme", stripPrefix: true}}'],
  ["lib.test/base", "127.0.0.1:5000", "lib.test/base", undefined, "127.0.0.1:5000!/lib.test/base", undefined],
  ["lib.test@latest", "127.0.0.1:5000", "lib.test", "latest", "127.0.0.1:5000!/lib.test", undefined],
  ["127.0.0.1:5000/lib.test/base@v1.0.0", "127.0.0.1:5000", "lib.test/base", "v1.0.0", "127.0.0.1:5000!/lib.test/base", undefined],
  ["127.0.0.1:5000/pre/lib.test/base:v1.0.0", "lib.test=127.0.0.1:5000/pre", "lib.test/base", "v1.0.0", "127.0.0.1:5000!/pre/lib.test/base", undefined],
  ["http://r.example.com/pre/lib.test/base@v1.0.0", "r.example.com/pre+insecure", "lib.test/base", "v1.0.0", "r.example.com!/pre/lib.test/base", undefined],
  ["r.example.com/mods/lib.test/base@v1.0.0", "r.example.com/mods", "lib.test/base", "v1.0.0", "r.example.com/mods/lib.test/base", undefined],
])("get %s, CUE_REGISTRY=%s", async (reference, registry, module, version, where, entry) => {
  const target = getTarget(reference, await routing(registry));
  expect([target.module, target.version, at(target), target.added?.entry]).toEqual([
    module,
    version,
    where,
    entry === undefined ? undefined : `registries: ${entry}`,
  ]);
});

test("get finds the module of a place whose prefix is stripped", () => {
  const routes = [{ prefix: "registry.test", host: "h.test:5000", repository: "mods", insecure: false, stripPrefix: true, origin: "~/.opm/config.yaml:2:3" }];
  const target = getTarget("h.test:5000/mods/postgres@v2.0.0", { registry: "", routes });
  expect([target.module, at(target)]).toEqual(["registry.test/postgres", "h.test:5000/mods/postgres"]);
});

test.each([
  [
    "127.0.0.1:5000/pre/lib.test/base@v1.0.0",
    "",
    'lib.test/base is at registry.cue.works/lib.test/base (default), not at 127.0.0.1:5000/pre/lib.test/base: add this to ~/.opm/config.yaml: registries: {"lib.test": "127.0.0.1:5000/pre"}, then run: opm mod get lib.test/base@v1.0.0',
  ],
  ["127.0.0.1:5000/lib.test/base@v1.0.0", "lib.test=none", "lib.test/base is in no registry (CUE_REGISTRY), not at 127.0.0.1:5000/lib.test/base: add this"],
  ["127.0.0.1:5000/base@v1.0.0", "", "127.0.0.1:5000/base does not say which module it is"],
  ["https://127.0.0.1:5000/lib.test/base@v1.0.0", "127.0.0.1:5000", "with TLS for lib.test (the reference) and without for * (CUE_REGISTRY)"],
  ["localhost:5000@v1.0.0", "", "does not say which module it is"],
  ["blog@v1.0.0", "", "'blog' is no host"],
])("get refuses %s, CUE_REGISTRY=%s", async (reference, registry, message) => {
  const given = await routing(registry);
  expect(messageOf(() => getTarget(reference, given))).toContain(message);
});
