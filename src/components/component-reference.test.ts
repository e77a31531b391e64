import { describe, expect, test } from "bun:test";
import { formatComponentReference, parseComponentReference, parseRepositoryOrComponent } from "./component-reference.ts";
import { parseRepository } from "./parse-repository.ts";

const digest = `sha256:${"0".repeat(64)}`;

describe("repositories", () => {
  test.each<readonly [string, object]>([
    ["ghcr.io", { kind: "registry", host: "ghcr.io" }],
    ["ghcr.io/acme/delivery", { kind: "registry", host: "ghcr.io", subPath: "acme/delivery" }],
    ["localhost:5000", { kind: "registry", host: "localhost:5000" }],
    ["localhost/x", { kind: "registry", host: "localhost", subPath: "x" }],
    ["registry:5000/x/", { kind: "registry", host: "registry:5000", subPath: "x" }],
    ["http://localhost:5000/x", { kind: "registry", host: "localhost:5000", subPath: "x", plainHttp: true }],
    ["https://ghcr.io", { kind: "registry", host: "ghcr.io", plainHttp: false }],
    ["oci://ghcr.io/x", { kind: "registry", host: "ghcr.io", subPath: "x" }],
    ["oci::ghcr.io/x", { kind: "registry", host: "ghcr.io", subPath: "x" }],
    ["OCIRegistry::http://host:1/x", { kind: "registry", host: "host:1", subPath: "x", plainHttp: true }],
    ["OCIRepository/v1::host/x", { kind: "registry", host: "host", subPath: "x" }],
    ['oci::{"baseUrl":"ghcr.io","subPath":"x"}', { kind: "registry", host: "ghcr.io", subPath: "x" }],
    [
      '{"type":"OCIRegistry","baseUrl":"http://ghcr.io/x","componentNameMapping":"urlPath","subPath":""}',
      { kind: "registry", host: "ghcr.io", subPath: "x", plainHttp: true },
    ],
    ['{"type":"CommonTransportFormat/v1","filePath":"./x","fileFormat":"tgz"}', { kind: "ctf", path: "./x", format: "tgz" }],
    ["./x.tgz", { kind: "ctf", path: "./x.tgz" }],
    ["../x", { kind: "ctf", path: "../x" }],
    ["/tmp/x.tar", { kind: "ctf", path: "/tmp/x.tar" }],
    ["file:///tmp/x", { kind: "ctf", path: "/tmp/x" }],
    ["product.tgz", { kind: "ctf", path: "product.tgz" }],
    ["product.tar.gz", { kind: "ctf", path: "product.tar.gz" }],
    ["archive", { kind: "ctf", path: "archive" }],
    ["ctf::ghcr.io", { kind: "ctf", path: "ghcr.io" }],
    ["ctf+tgz::x", { kind: "ctf", path: "x", format: "tgz" }],
    ["+ctf+directory::x", { kind: "ctf", path: "x", format: "directory" }],
    ["+./x", { kind: "ctf", path: "./x" }],
    ["CommonTransportFormat/v1::x", { kind: "ctf", path: "x" }],
    ["ca::./x", { kind: "component-archive", path: "./x" }],
  ])("%s", (text, expected) => {
    expect(parseRepository(text) as object).toEqual(expected);
  });

  test.each([
    "",
    "s3::bucket",
    "ctf+zip::x",
    "ftp://host/x",
    "ghcr.io/Upper",
    "http://user:pass@host/x",
    "oci::{broken",
    "{}",
    '{"type":"CTF"}',
    '{"baseUrl":"host","componentNameMapping":"sha256-digest"}',
    '{"baseUrl":"host/a","subPath":"b"}',
    "oci::",
  ])("is none: %s", (text) => {
    expect(() => parseRepository(text)).toThrow(/is no component repository/);
  });
});

describe("components", () => {
  test.each<readonly [string, string, string, string | undefined, string | undefined]>([
    ["ghcr.io/x//acme.org/app:1.0.0", "ghcr.io/x", "acme.org/app", "1.0.0", undefined],
    ["http://localhost:5000//acme.org/app", "http://localhost:5000", "acme.org/app", undefined, undefined],
    [`localhost:5000/x//acme.org/app:v1+b@${digest}`, "localhost:5000/x", "acme.org/app", "v1+b", digest],
    ["ghcr.io/x/component-descriptors/acme.org/app:1", "ghcr.io/x", "acme.org/app", "1", undefined],
    ["http://host:1/component-descriptors/acme.org/app", "http://host:1", "acme.org/app", undefined, undefined],
    ["./x.tgz//acme.org/app:1.0.0", "./x.tgz", "acme.org/app", "1.0.0", undefined],
    ["ctf+tgz::x//acme.org/app:1.0.0", "ctf+tgz::x", "acme.org/app", "1.0.0", undefined],
    ["file:///tmp/x//acme.org/app", "file:///tmp/x", "acme.org/app", undefined, undefined],
    ['oci::{"baseUrl":"http://host:1"}//acme.org/app:1', 'oci::{"baseUrl":"http://host:1"}', "acme.org/app", "1", undefined],
  ])("%s", (text, place, component, version, digest) => {
    const parsed = parseComponentReference(text);
    expect({ ...parsed, repository: undefined } as object).toEqual({ repository: undefined, place, component, version, digest });
    expect(parsed.repository).toEqual(parseRepository(place));
    expect(parseComponentReference(formatComponentReference(parsed))).toEqual(parsed);
  });

  test.each([
    "ghcr.io/x",
    "http://localhost:5000",
    "x//App",
    "x//acme.org/app:latest",
    "x//acme.org/app@sha256:1",
    "x//",
    "//acme.org/app",
    'oci::{"baseUrl":"http://h"}',
  ])("is none: %s", (text) => {
    expect(() => parseComponentReference(text)).toThrow(/names no component/);
  });

  test("a version as the tag of a registry has it", () => {
    expect(parseComponentReference("localhost:5000/component-descriptors/acme.org/app:1.0.0.build-build.7").version).toBe("1.0.0+build.7");
    expect(parseComponentReference("localhost:5000//acme.org/app:1.0.0-rc.build-7").version).toBe("1.0.0-rc.build-7");
  });

  test("a repository alone, where that is enough", () => {
    expect(parseRepositoryOrComponent("http://localhost:5000/x")).toMatchObject({ component: undefined, repository: { host: "localhost:5000" } });
    expect(parseRepositoryOrComponent("file:///tmp/x")).toMatchObject({ component: undefined, repository: { path: "/tmp/x" } });
    expect(parseRepositoryOrComponent("./x//acme.org/app")).toMatchObject({ component: "acme.org/app" });
  });
});
