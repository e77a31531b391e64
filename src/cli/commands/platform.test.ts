import { expect, test } from "bun:test";
import { addTyped } from "../program.ts";
import { createParsingRoot } from "../root-command.ts";

async function valuesOf(name: string, ...texts: readonly string[]): Promise<unknown> {
  const command = await addTyped(createParsingRoot(), [name]);
  command.parseOptions(texts.flatMap((text) => ["--platform", text]));
  return command.opts().platform;
}

test.each(["copy", "pull", "push", "resolve"])("'%s' takes every name of a platform", async (name) => {
  expect(await valuesOf(name, "Linux/aarch64")).toEqual({ os: "linux", architecture: "arm64" });
  expect(await valuesOf(name, "linux/armhf")).toEqual({ os: "linux", architecture: "arm", variant: "v7" });
  expect(valuesOf(name, "linux")).rejects.toThrow("Expected os/architecture");
});

test.each(["list", "search", "versions"])("'%s' sends the usual names", async (name) => {
  expect(await valuesOf(name, "Linux/x86_64", "linux/armhf", "linux/arm64")).toEqual(["linux/amd64", "linux/arm/v7", "linux/arm64"]);
  expect(valuesOf(name, "linux/amd64", "linux")).rejects.toThrow("Expected os/architecture");
});
