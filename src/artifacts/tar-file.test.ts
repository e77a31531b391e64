import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { ContentError } from "./content-error.ts";
import { findTarFile } from "./tar-file.ts";
import { tarArchive, tarEntry } from "./testing/tar.ts";

const find = (archive: Uint8Array) => Buffer.from(findTarFile(archive, "wanted", "the archive")).toString();

describe("findTarFile", () => {
  test.each(["wanted", "./wanted", "/wanted"])("finds %s", (name) => {
    expect(find(tarArchive(tarEntry("other", "x".repeat(1000)), tarEntry(name, "here"), tarEntry("last", "")))).toBe("here");
  });
  test("skips what is no file", () => expect(find(tarArchive(tarEntry("wanted", "", { type: "5" }), tarEntry("wanted", "here")))).toBe("here"));
  test("says so when it is not there", () => {
    expect(() => find(tarArchive(tarEntry("other", "")))).toThrow("the archive is a tar archive without a file wanted");
    expect(() => find(new Uint8Array())).toThrow("without a file wanted");
  });
  test.each([
    ["a size beyond its end", tarArchive(tarEntry("wanted", "here", { size: "77777777777" }))],
    ["a size that is no number", tarArchive(tarEntry("wanted", "here", { size: "-0000000001" }))],
    ["a binary size", tarArchive(tarEntry("wanted", "here", { size: "\x80\xff\xff" }))],
    ["text", Buffer.from("component: {}\n".repeat(100))],
    ["a changed header", Buffer.concat([Buffer.from("x"), tarArchive(tarEntry("wanted", "here")).subarray(1)])],
  ])("refuses %s", (_, archive) => expect(() => find(archive)).toThrow("the archive is not a valid tar archive"));
  test("looks at a limited number of entries", () => {
    const entries = Array.from({ length: 1100 }, (_, at) => tarEntry(`file-${at}`, ""));
    expect(() => find(tarArchive(...entries, tarEntry("wanted", "here")))).toThrow("without a file wanted");
  });
  test("throws nothing else, whatever bytes change", () => {
    const archive = tarArchive(tarEntry("a", "b"), tarEntry("wanted", "here"));
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(archive.length - 1), fc.nat(255)), { maxLength: 8 }), (changes) => {
        const changed = Buffer.from(archive);
        for (const [at, byte] of changes) changed[at] = byte;
        try {
          return find(changed).length <= archive.length;
        } catch (error) {
          return error instanceof ContentError;
        }
      }),
    );
  });
});
