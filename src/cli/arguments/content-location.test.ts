import { expect, test } from "bun:test";
import { parseContentLocation } from "./content-location.ts";

const DIGEST = `sha256:${"0".repeat(64)}`;

test.each([
  ["oci:images", { kind: "folder", path: "images", tag: undefined, digest: undefined }],
  ["oci:images:v1", { kind: "folder", path: "images", tag: "v1", digest: undefined }],
  ["oci:/a:b/c", { kind: "folder", path: "/a:b/c", tag: undefined, digest: undefined }],
  [`oci:a@b@${DIGEST}`, { kind: "folder", path: "a@b", tag: undefined, digest: DIGEST }],
  [`oci:a:v1@${DIGEST}`, { kind: "folder", path: "a", tag: "v1", digest: DIGEST }],
  ["oci-archive:x.tar:v1", { kind: "archive", path: "x.tar", tag: "v1", digest: undefined }],
  ["oci-archive:x", { kind: "archive", path: "x", tag: undefined, digest: undefined }],
  ["./x.tar:v1", { kind: "archive", path: "./x.tar", tag: "v1", digest: undefined }],
  ["../x:v1", { kind: "folder", path: "../x", tag: "v1", digest: undefined }],
  ["/tmp/x.tar", { kind: "archive", path: "/tmp/x.tar", tag: undefined, digest: undefined }],
  ["x.tar:v1", { kind: "archive", path: "x.tar", tag: "v1", digest: undefined }],
  ["images/app-1.0.tar", { kind: "archive", path: "images/app-1.0.tar", tag: undefined, digest: undefined }],
  [".", { kind: "folder", path: ".", tag: undefined, digest: undefined }],
])("%s", (text, location) => {
  expect(parseContentLocation(text)).toEqual(location as never);
});

test.each(["localhost:5000/a:v1", "docker://localhost:5000/a:v1"])("%s is a reference", (text) => {
  expect(parseContentLocation(text)).toMatchObject({ kind: "registry", reference: { registry: "localhost:5000", repository: "a", tag: "v1" } });
});

test("a host makes a repository of it", () => {
  expect(parseContentLocation("localhost:5000/x.tar")).toMatchObject({ kind: "registry" });
  expect(parseContentLocation("example.com/a/x.tar:v1")).toMatchObject({ kind: "registry" });
});

test.each(["", "oci:", "oci::v1", "Team/App", "ftp://x/y", "oci://localhost:5000/a"])("%j is refused", (text) => {
  expect(() => parseContentLocation(text)).toThrow();
});
