import { expect, test } from "bun:test";
import { consumeCommand } from "./consume.ts";

const place = { registry: "registry.test:5000", repository: "team/app" };

test("fills in where the artifact is", () => {
  expect(consumeCommand("helm pull oci://{name} --version {tag}", { ...place, tag: "1.0.0" })).toBe(
    "helm pull oci://registry.test:5000/team/app --version 1.0.0",
  );
  expect(consumeCommand("docker pull {reference}", { ...place, digest: "sha256:abc" })).toBe("docker pull registry.test:5000/team/app@sha256:abc");
  expect(consumeCommand("docker pull {reference}", place)).toBe("docker pull registry.test:5000/team/app");
});

test("what takes a tag is no command for an artifact without one", () => {
  expect(consumeCommand("helm pull oci://{name} --version {tag}", { ...place, digest: "sha256:abc" })).toBeUndefined();
});

test("leaves other braces alone", () => {
  expect(consumeCommand("module { source = {registry} } {other}", place)).toBe("module { source = registry.test:5000 } {other}");
});
