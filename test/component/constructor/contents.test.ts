import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import type { TarMember } from "../../../src/client/content/tar-stream.ts";
import { tarStream } from "../../../src/client/content/tar-stream.ts";
import { bytesOf, collect } from "../../../src/client/content/verified.ts";
import { useRegistries } from "../repository/use-registries.ts";
import { type ComponentSandbox, componentSandbox } from "../support/component-sandbox.ts";
import { readTar } from "../support/tar.ts";

setDefaultTimeout(60_000);

const hostOf = useRegistries();
let sandbox: ComponentSandbox;
beforeAll(() => {
  sandbox = componentSandbox({ inputs: true });
});
afterAll(() => sandbox.remove());

function write(name: string, content: string | Uint8Array): void {
  mkdirSync(dirname(sandbox.file(name)), { recursive: true });
  writeFileSync(sandbox.file(name), content);
}

async function add(resources: Readonly<Record<string, string>>, to = `./${crypto.randomUUID()}`) {
  const list = Object.entries(resources).map(([name, input]) => `- {name: ${name}, type: blob, input: ${input}}`);
  write("c.yaml", `name: acme.org/app\nversion: 1.0.0\nprovider: acme.org\nresources:\n${list.join("\n")}\n`);
  const ran = await sandbox.run(["add", "-q", "--to", to, "c.yaml"]);
  return { ...ran, reference: `${to}//acme.org/app:1.0.0` };
}

async function download(reference: string, name: string, ...more: readonly string[]): Promise<Buffer> {
  const { code, bytes } = await sandbox.run(["download", reference, name, "-O", "-", ...more]);
  expect(code).toBe(0);
  return bytes;
}

describe("what was compressed to be stored", () => {
  test("is downloaded as what it was, and with --as-stored as it is stored", async () => {
    const text = "hello ".repeat(1000);
    write("plain.txt", text);
    write("own.gz", gzipSync("its own format"));
    const { code, reference } = await add({
      plain: "{type: file, path: plain.txt, compress: true}",
      typed: "{type: file, path: plain.txt, mediaType: text/plain, compress: true}",
      inline: "{type: utf8, text: inline, compress: true}",
      folder: "{type: dir, path: chart, compress: true}",
      own: "{type: file, path: own.gz, mediaType: application/gzip}",
    });
    expect(code).toBe(0);
    for (const name of ["plain", "typed"]) {
      expect((await download(reference, name)).toString()).toBe(text);
      expect(gunzipSync(await download(reference, name, "--as-stored")).toString()).toBe(text);
    }
    expect((await download(reference, "inline")).toString()).toBe("inline");
    expect(readTar(await download(reference, "folder")).map(({ name }) => name)).toContain("Chart.yaml");
    // nobody compressed it to store it
    expect(gunzipSync(await download(reference, "own")).toString()).toBe("its own format");
    const { stdout } = await sandbox.run(["download", "-q", reference, "typed"]);
    expect(stdout).toBe("typed.txt\n");
  });
});

const CHART = "apiVersion: v2\nname: web\nversion: 1.0.0\n";
const DEPENDENCIES = "dependencies:\n- {name: db, version: 1.x, repository: 'https://charts.example.com'}\n- {name: cache, version: 1.x, alias: redis}\n";

/** A packaged chart. */
async function packed(files: Readonly<Record<string, string | Uint8Array>>): Promise<Buffer> {
  const members = Object.entries(files).map(([name, content]): TarMember => {
    const bytes = Buffer.from(content as string);
    return { kind: "file", name, size: bytes.length, isExecutable: false, open: () => bytesOf(bytes) };
  });
  return gzipSync(await collect(tarStream(members)));
}

const chart = (path: string) => add({ chart: `{type: helm, path: ${path}}` });

describe("a chart with dependencies", () => {
  test("that are not in it is refused, as a folder and as a package", async () => {
    write("bare/Chart.yaml", CHART + DEPENDENCIES);
    const message = "found in Chart.yaml, but missing in its folder charts: db, cache: run 'helm dependency build' first";
    expect(await chart("bare")).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
    write("bare.tgz", await packed({ "web/Chart.yaml": CHART + DEPENDENCIES }));
    expect(await chart("bare.tgz")).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
    write("old/Chart.yaml", CHART.replace("v2", "v1"));
    write("old/requirements.yaml", "dependencies:\n- name: db\n");
    expect(await chart("old")).toMatchObject({ code: 2, stderr: expect.stringContaining("charts: db:") });
  });

  test("that are in it, as folders or packages, is taken", async () => {
    const cache = await packed({ "cache/Chart.yaml": CHART.replace("web", "cache") });
    write("full/Chart.yaml", CHART + DEPENDENCIES);
    write("full/charts/any/Chart.yaml", CHART.replace("web", "db"));
    expect(await chart("full")).toMatchObject({ code: 2, stderr: expect.stringContaining("charts: cache:") });
    write("full/charts/cache-1.2.3.tgz", cache);
    expect((await chart("full")).code).toBe(0);
    const files = { "web/Chart.yaml": CHART + DEPENDENCIES, "web/charts/db/Chart.yaml": CHART.replace("web", "db"), "web/charts/cache-1.2.3.tgz": cache };
    write("full.tgz", await packed(files));
    expect((await chart("full.tgz")).code).toBe(0);
    // what Helm does not look at does not count
    write("full/.helmignore", "charts/cache*\n");
    expect(await chart("full")).toMatchObject({ code: 2, stderr: expect.stringContaining("charts: cache:") });
  });
});

test("resources says where an image can be pulled", async () => {
  const to = `http://${hostOf("opm serve")}/delivery/${crypto.randomUUID()}`;
  const image = "{type: file, path: image.layout.tar, mediaType: application/vnd.ocm.software.oci.layout.v1+tar}";
  const { code, reference } = await add({ image, text: "{type: utf8, text: x}" }, to);
  expect(code).toBe(0);
  const { resources } = JSON.parse((await sandbox.run(["resources", "--json", reference])).stdout);
  const place = `${to.slice("http://".length)}/component-descriptors/acme.org/app@${resources[0].access.localReference}`;
  expect(resources).toMatchObject([
    { name: "image", pull: place },
    { name: "text", pull: null },
  ]);
  expect((await sandbox.run(["resources", reference])).stdout).toContain(place);
  const local = await add({ image });
  expect(JSON.parse((await sandbox.run(["resources", "--json", local.reference])).stdout)).toMatchObject({ resources: [{ pull: null }] });
});

test("a registry's own words are in errors", async () => {
  const answers: Readonly<Record<string, readonly [number, string, string]>> = {
    lost: [404, "application/json", JSON.stringify({ errors: [{ code: "NAME_UNKNOWN", message: "project 'delivery' was archived" }] })],
    usual: [404, "application/json", JSON.stringify({ errors: [{ code: "MANIFEST_UNKNOWN", message: "manifest unknown" }] })],
    full: [403, "text/plain; charset=utf-8", "quota exceeded: ask ops"],
    late: [401, "application/json", JSON.stringify({ errors: [{ code: "UNAUTHORIZED", message: "licence expired" }] })],
  };
  using server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch(request) {
      const [status, type, body] = answers[new URL(request.url).pathname.split("/")[2] ?? ""] ?? [200, "application/json", "{}"];
      return new Response(body, { status, headers: { "Content-Type": type } });
    },
  });
  const get = async (name: string) => await sandbox.run(["get", `http://127.0.0.1:${server.port}/${name}//acme.org/app:1.0.0`]);
  expect(await get("lost")).toMatchObject({ code: 5, stderr: expect.stringContaining("(project 'delivery' was archived)") });
  expect((await get("usual")).stderr).toMatch(/^opm: there is no component version [^()]+\n$/);
  expect(await get("full")).toMatchObject({ code: 4, stderr: expect.stringContaining("quota exceeded: ask ops") });
  expect(await get("late")).toMatchObject({ code: 4, stderr: expect.stringContaining("(licence expired)") });
});
