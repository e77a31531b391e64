import { beforeAll, describe, expect, test } from "bun:test";
import { configBlob, imageOf, type ManifestContent, randomBlob } from "../support/content.ts";
import { expectBytes, expectError, expectStatus } from "../support/expectations.ts";
import { freshRepository, useRegistry } from "../support/use-registry.ts";
import { pushBlobs } from "./pushing.ts";

const { client } = useRegistry();
const [config, layer] = [configBlob(), randomBlob()];
const repository = freshRepository();
beforeAll(() => pushBlobs(client, repository, [config, layer]));

const image = () => imageOf(config, [layer], { annotations: { "org.example.id": crypto.randomUUID() } });

function put(path: string, { bytes, mediaType }: ManifestContent, headers: Readonly<Record<string, string>> = {}) {
  return client.request("PUT", `/v2/${repository}/manifests/${path}`, { headers: { "Content-Type": mediaType, ...headers }, body: bytes });
}

const quoted = ({ digest }: ManifestContent) => `"${digest}"`;

/** This registry's own: others may ignore conditions of a push. */
describe("conditions of a manifest PUT (RFC 9110, section 13.1)", () => {
  test("If-Match is 412 unless the tag names what was read, and says what it names", async () => {
    const [first, second, third] = [image(), image(), image()];
    for (const value of [quoted(first), "*", '""', ""]) expectError(await put("held", first, { "If-Match": value }), 412, "DENIED");
    expectStatus(await put("held", first), 201);
    for (const value of [quoted(second), `W/${quoted(first)}`, first.digest, ",", '"x"']) {
      const answer = await put("held", second, { "If-Match": value });
      expectError(answer, 412, "DENIED");
      expect(answer.headers.get("ETag")).toBe(quoted(first));
    }
    expectBytes(await client.get(`/v2/${repository}/manifests/held`), first.bytes);
    expectStatus(await client.get(`/v2/${repository}/manifests/${second.digest}`), 404);
    expectStatus(await put("held", second, { "If-Match": `"x", ${quoted(first)}` }), 201);
    // the same once more: its answer may have been lost
    expectStatus(await put("held", second, { "If-Match": quoted(first) }), 201);
    expectStatus(await put("held", third, { "If-Match": "*" }), 201);
  });

  test("of several that change what they read, one does", async () => {
    const [first, ...others] = [image(), image(), image(), image(), image()];
    if (first === undefined) throw new Error("no image");
    await put("raced", first);
    const answers = await Promise.all(others.map((other) => put("raced", other, { "If-Match": quoted(first) })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 412, 412, 412]);
    const winner = others[answers.findIndex(({ status }) => status === 201)];
    expectBytes(await client.get(`/v2/${repository}/manifests/raced`), winner?.bytes ?? first.bytes);
  });

  test("If-None-Match is 412 where a tag names one of these, or with * where it is there", async () => {
    const [first, second] = [image(), image()];
    const create = () => put("wanted", first, { "If-None-Match": "*" });
    for (const answer of [await create(), await create()]) expectStatus(answer, 201);
    for (const value of ["*", quoted(first), `"x" , ${quoted(first)}`]) expectError(await put("wanted", second, { "If-None-Match": value }), 412, "DENIED");
    expectBytes(await client.get(`/v2/${repository}/manifests/wanted`), first.bytes);
    expectStatus(await put("wanted", second, { "If-None-Match": quoted(second) }), 201);
  });

  test("they are of every tag that the request sets; without one, of the manifest", async () => {
    const [first, second, third] = [image(), image(), image()];
    await put("one", first);
    await put("two", second);
    expectError(await put(`${third.digest}?tag=one&tag=two`, third, { "If-Match": quoted(first) }), 412, "DENIED");
    expectStatus(await put(`${third.digest}?tag=one&tag=two`, third, { "If-Match": `${quoted(first)}, ${quoted(second)}` }), 201);
    expectError(await put(image().digest, first, { "If-Match": "*" }), 400, "DIGEST_INVALID");
    const fourth = image();
    expectError(await put(fourth.digest, fourth, { "If-Match": "*" }), 412, "DENIED");
    expectStatus(await put(third.digest, third, { "If-Match": quoted(third) }), 201);
    expectStatus(await put(third.digest, third, { "If-None-Match": "*" }), 201);
  });

  test("answers say that conditions count", async () => {
    const first = image();
    const answers = [await put("told", first), await client.get(`/v2/${repository}/manifests/told`), await client.head(`/v2/${repository}/manifests/told`)];
    for (const { headers } of answers) {
      expect(headers.get("OPM-Conditions")).toBe("If-Match, If-None-Match");
      expect(headers.get("ETag")).toBe(quoted(first));
    }
  });
});
