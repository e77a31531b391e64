import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { digestOf } from "../oci/digest.ts";
import { SiteFiles } from "./site-files.ts";

const folder = mkdtempSync(join(tmpdir(), "opm-site-files-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("one blob that several ask for at once, as the empty configuration of artifacts is, comes from another repository", async () => {
  const bytes = new TextEncoder().encode("{}");
  const descriptor = { mediaType: "application/vnd.oci.empty.v1+json", digest: digestOf(bytes), size: bytes.length };
  const files = new SiteFiles(folder, []);
  const open = () => new Blob([bytes]).stream() as ReadableStream<Uint8Array>;
  await files.putBlob("v2/first/blobs/x", { descriptor, open }, undefined);
  const asked = await Promise.all(Array.from({ length: 50 }, () => files.hasBlob("v2/second/blobs/x", descriptor)));
  expect(new Set(asked)).toEqual(new Set([true]));
  expect(readdirSync(join(folder, "v2/second/blobs"))).toEqual(["x"]);
  expect(readFileSync(join(folder, "v2/second/blobs/x"), "utf8")).toBe("{}");
});
