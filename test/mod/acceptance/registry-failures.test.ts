import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { breakOff, type FakeServer, startFakeServer } from "../../../src/client/testing/fake-server.ts";
import { useRegistry } from "../../support/use-registry.ts";
import { moduleFile } from "../publish/use-modules.ts";
import { APP_DEPS } from "../support/fixtures.ts";
import { type Interceptor, useRecordingProxy } from "../support/recording-proxy.ts";
import { expectRefusal, leftovers } from "../support/refusal.ts";
import { startSilentRegistry } from "../support/silent-registry.ts";
import { APP, useLibrary } from "../support/use-library.ts";

setDefaultTimeout(60_000);
const { server } = useRegistry();
const proxy = useRecordingProxy(() => `127.0.0.1:${server().port}`);
const library = useLibrary(() => `${proxy.host}/pre`);
const silent = startSilentRegistry();
let broken: FakeServer | undefined;
beforeAll(async () => {
  broken = await startFakeServer((_, response) => breakOff(response, 200, { "Content-Length": "400" }, Buffer.from("PK")));
});
afterAll(async () => {
  silent.stop();
  await broken?.stop();
});

const GET = ["mod", "get", "lib.test/left@v0.1.0"];
const PUBLISH = ["mod", "publish", "v0.1.0"];
const pinned = { "module.cue": moduleFile("app.test/main@v0", { deps: APP_DEPS }), "main.cue": APP };
const standalone = { "module.cue": moduleFile("own.test/lib@v0"), "a.cue": "package lib\n\nx: 1\n" };

describe("a registry that cannot be spoken to", () => {
  const nowhere = { CUE_REGISTRY: "127.0.0.1:1/pre" };

  test("refused connections, of every command that needs it", async () => {
    const refused = { code: 3, stderr: /127\.0\.0\.1:1\b.*refused|refused.*127\.0\.0\.1:1\b/ };
    await expectRefusal(library.project(undefined, nowhere), GET, {
      ...refused,
      stderr: /lib\.test\/left[\s\S]*127\.0\.0\.1:1|127\.0\.0\.1:1[\s\S]*lib\.test\/left/,
    });
    await expectRefusal(library.project(standalone, nowhere), PUBLISH, refused);
    for (const args of [
      ["mod", "get"],
      ["mod", "vet"],
      ["mod", "build"],
      ["mod", "update", "--check"],
      ["mod", "tidy"],
      ["mod", "vendor"],
      ["mod", "versions", "lib.test/base"],
    ]) {
      await expectRefusal(library.project(pinned, nowhere), args, refused);
    }
  });

  test("a name that does not resolve, with what chose it", async () => {
    const project = library.project(undefined, { CUE_REGISTRY: "no-such-host.invalid/pre" });
    await expectRefusal(project, GET, { code: 3, stderr: /no-such-host\.invalid.*CUE_REGISTRY|CUE_REGISTRY.*no-such-host\.invalid/ });
  });

  test("silence", async () => {
    const project = library.project(undefined, { CUE_REGISTRY: `${silent.host}/pre` });
    await expectRefusal(project, [...GET, "--timeout", "1s"], { code: 3, stderr: /timed out|silent|no answer|did not answer/ });
  });
});

/** Answers all requests of some paths so. */
const always =
  (pattern: RegExp, answer: () => Response): Interceptor =>
  (_, path) =>
    pattern.test(path) ? answer() : undefined;
const errors = (code: string) => JSON.stringify({ errors: [{ code, message: "requested access to the resource is denied" }] });

describe("a registry that refuses", () => {
  test("403 on reading is access denied, never not found", async () => {
    for (const body of [errors("DENIED"), errors("FORBIDDEN"), "no", ""]) {
      proxy.before = always(/\/(?:manifests|tags)\//, () => new Response(body, { status: 403 }));
      for (const [files, args] of [
        [undefined, GET],
        [undefined, ["mod", "get", "--yes", "lib.test/left@v0"]],
        [pinned, ["mod", "get"]],
        [pinned, ["mod", "update", "--check"]],
        [undefined, ["mod", "tidy"]],
      ] as const) {
        const { stderr } = await expectRefusal(library.project(files), args, { code: 4, stderr: new RegExp(proxy.host) });
        expect(stderr).not.toMatch(/not found|no versions/);
      }
    }
  });

  test("403 on writing", async () => {
    proxy.before = ({ method }) => (method === "POST" ? new Response(errors("DENIED"), { status: 403 }) : undefined);
    await expectRefusal(library.project(standalone), PUBLISH, { code: 4, stderr: /may not|denied/ });
    proxy.before = ({ method }, path) => (method === "PUT" && path.includes("/manifests/") ? new Response(errors("DENIED"), { status: 403 }) : undefined);
    await expectRefusal(library.project(standalone), PUBLISH, { code: 4, stderr: /may not|denied/ });
  });

  test("404 reads so that who lacks the right to see it knows", async () => {
    await expectRefusal(library.project(), ["mod", "get", "lib.test/none@v1.0.0"], { code: 5, stderr: /not found, or not visible to this user/ });
  });
});

describe("a registry that fails", () => {
  for (const [title, answer] of [
    ["429", () => new Response("slow down", { status: 429, headers: { "Retry-After": "0" } })],
    ["500 with a page", () => new Response("<h1>no</h1>", { status: 500, headers: { "Content-Type": "text/html" } })],
    ["503", () => new Response("", { status: 503 })],
  ] as const) {
    test(`${title}, for a while and for good`, async () => {
      let left = 1;
      proxy.before = (_, path) => (path.includes("/manifests/") && left-- > 0 ? answer() : undefined);
      if (!title.startsWith("500")) expect(await library.project().opm(...GET)).toMatchObject({ code: 0 });
      proxy.before = always(/./, answer);
      const { stderr } = await expectRefusal(library.project(), GET, { code: 3, stderr: new RegExp(`${title.slice(0, 3)}|too many`, "i") });
      expect(stderr).not.toContain("<h1>");
    });
  }

  const blobs = /lib\.test\/left\/blobs\//;
  const spoil = (change: (bytes: Uint8Array) => Uint8Array, times: number) => {
    let left = times;
    proxy.after = async (response, path) => {
      if (!blobs.test(path) || left-- <= 0) return response;
      const bytes = new Uint8Array(await response.arrayBuffer());
      return new Response(change(bytes), { headers: { "Content-Type": "application/octet-stream" } });
    };
  };
  const flip = (bytes: Uint8Array) => bytes.map((byte, index) => (index === 12 ? byte ^ 1 : byte));
  const zipOf = (project: ReturnType<typeof library.project>) => `${project.environment.CUE_CACHE_DIR}/mod/download/lib.test/left/@v/v0.1.0.zip`;

  test("flipped bytes are fetched again once, then refused; nothing of it is cached", async () => {
    spoil(flip, 1);
    expect(await library.project().opm(...GET)).toMatchObject({ code: 0 });
    spoil(flip, 1000);
    const project = library.project();
    await expectRefusal(project, GET, { code: 2, stderr: /does not match|digest/ });
    expect(await Bun.file(zipOf(project)).exists()).toBe(false);
    expect(project.has("lib.test/left@v0.1.0")).toBe(false);
  });

  test("a body that ends too soon, for a while and for good", async () => {
    const half = (times: number) => {
      let left = times;
      proxy.before = (_, path) => (blobs.test(path) && left-- > 0 ? Response.redirect(`http://${broken?.host}/blob`, 307) : undefined);
    };
    half(2);
    expect(await library.project().opm(...GET)).toMatchObject({ code: 0 });
    half(1000);
    const project = library.project();
    await expectRefusal(project, GET, { code: 3, stderr: /lib\.test\/left[\s\S]*CUE_REGISTRY/ });
    expect([await Bun.file(zipOf(project)).exists(), leftovers(project.environment.CUE_CACHE_DIR ?? "")]).toEqual([false, []]);
  });
});
