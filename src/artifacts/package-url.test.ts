import { expect, test } from "bun:test";
import { genericPackageKey, parsePackageUrl } from "./package-url.ts";

test.each([
  ["pkg:npm/lodash@4.17.21", "pkg:npm/lodash", "4.17.21"],
  ["pkg:npm/%40angular/core@17.0.0", "pkg:npm/%40angular/core", "17.0.0"],
  ["pkg:npm/@angular/core@17.0.0", "pkg:npm/@angular/core", "17.0.0"],
  ["pkg:apk/alpine/musl@1.2.4-r2?arch=x86_64&distro=alpine-3.19", "pkg:apk/alpine/musl", "1.2.4-r2"],
  ["pkg:golang/github.com/a/b@v1.0.0#sub/path", "pkg:golang/github.com/a/b", "v1.0.0"],
  ["pkg:maven/org.x/y", "pkg:maven/org.x/y", undefined],
  ["pkg:deb/debian/openssl@3.0%2B1", "pkg:deb/debian/openssl", "3.0+1"],
  ["pkg:deb/debian/openssl@3%zz", "pkg:deb/debian/openssl", "3%zz"],
  ["PKG:PyPI/django@4", "pkg:pypi/django", "4"],
  ["pkg:generic/a@", "pkg:generic/a", undefined],
])("%s", (text, key, version) => expect(parsePackageUrl(text)).toEqual({ key, version }));

test.each(["", "pkg:", "pkg:npm", "pkg:npm/", "npm/lodash", "pkg:/npm"])("%p is none", (text) => expect(parsePackageUrl(text)).toBeUndefined());

test("a package without a URL is named by its name", () => {
  expect(genericPackageKey("a b/c@1")).toBe("pkg:generic/a%20b%2Fc%401");
  expect(genericPackageKey("\uD800")).toBe("pkg:generic/%EF%BF%BD");
});
