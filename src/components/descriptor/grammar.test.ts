import { expect, test } from "bun:test";
import { compareComponentVersions, isAccessType, isComponentName, isComponentVersion, isElementName } from "./grammar.ts";
import { formatIdentity, identityOf } from "./identity.ts";
import { selectElement } from "./select-element.ts";

test("component names", () => {
  for (const name of ["acme.org/app", "a.b.example.com/x/y_z/w.v", "github.com/acme-1/app"]) expect(isComponentName(name)).toBe(true);
  for (const name of ["acme/app", "acme.org", "Acme.org/app", "acme.org/", "acme.org//app", "acme.org/App", "acme.o/app", `acme.org/${"a".repeat(250)}`]) {
    expect(isComponentName(name)).toBe(false);
  }
});

test("versions", () => {
  for (const version of ["1", "v1", "1.2", "v1-foo+bar", "1.2.3-rc.1+build.5"]) expect(isComponentVersion(version)).toBe(true);
  for (const version of ["", "01", "1.2.3.4", "latest", "1.0.0+a+b", "1.0.0-", "V1", `1.0.0-${"a".repeat(130)}`])
    expect(isComponentVersion(version)).toBe(false);
});

test("versions have an order", () => {
  const ascending = ["0.9", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-rc.2", "1.0.0-rc.10", "1", "1.0.0", "v1", "1.0.1", "1.10", "2"];
  expect([...ascending].reverse().sort(compareComponentVersions)).toEqual(ascending);
});

test("names of elements, types of accesses", () => {
  for (const name of ["ab", "a-b_c+d", "1a"]) expect(isElementName(name)).toBe(true);
  for (const name of ["a", "", "-a", "a-", "Ab", "a b"]) expect(isElementName(name)).toBe(false);
  for (const type of ["localBlob", "LocalBlob/v1", "S3/v2", "Git/v1alpha1", "OCIImage"]) expect(isAccessType(type)).toBe(true);
  for (const type of ["", "a/b/c", "localBlob/1", "local Blob"]) expect(isAccessType(type)).toBe(false);
});

const elements = [
  { name: "image", version: "1.0.0", extraIdentity: { os: "linux", architecture: "amd64" } },
  { name: "image", version: "1.0.0", extraIdentity: { os: "linux", architecture: "arm64" } },
  { name: "chart", version: "1.0.0" },
  { name: "chart", version: "2.0.0" },
];

test("an identity has the version where it needs it", () => {
  expect(elements.map((element) => formatIdentity(identityOf(element, elements)))).toEqual([
    "image (architecture=amd64, os=linux)",
    "image (architecture=arm64, os=linux)",
    "chart (version=1.0.0)",
    "chart (version=2.0.0)",
  ]);
});

test("a selection is some of the attributes, and of one element", () => {
  expect(selectElement(elements, { name: "image", architecture: "arm64" }, "resource")).toBe(elements[1] as never);
  expect(selectElement(elements, { architecture: "amd64" }, "resource")).toBe(elements[0] as never);
  expect(selectElement(elements, { name: "chart", version: "2.0.0" }, "resource")).toBe(elements[3] as never);
  const plain = { name: "image", version: "1.0.0" };
  expect(selectElement([...elements, plain], { name: "image" }, "resource")).toBe(plain as never);
  expect(selectElement([...elements, plain], { name: "image", version: "1.0.0" }, "resource")).toBe(plain as never);
  expect(() => selectElement(elements, { name: "image" }, "resource")).toThrow(/2 resources match image/);
  expect(() => selectElement(elements, { name: "chart" }, "resource")).toThrow(/2 resources match chart: .*version=1.0.0.*version=2.0.0/);
  expect(() => selectElement(elements, { name: "none" }, "resource")).toThrow(/no resource none; there are/);
  expect(() => selectElement([], { name: "none" }, "source")).toThrow(/has no sources/);
});
