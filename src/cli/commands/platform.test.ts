import { expect, test } from "bun:test";
import { Command } from "commander";
import { registerCopy } from "./copy.ts";
import { registerList } from "./list.ts";
import { registerPull } from "./pull.ts";
import { registerPush } from "./push.ts";
import { registerResolve } from "./resolve.ts";
import { registerSearch } from "./search.ts";
import { registerVersions } from "./versions.ts";

const ONE = [registerCopy, registerPull, registerPush, registerResolve];
const SEVERAL = [registerList, registerSearch, registerVersions];

function valuesOf(register: (program: Command) => void, ...texts: readonly string[]): unknown {
  const program = new Command();
  register(program);
  const [command] = program.commands;
  command?.exitOverride().configureOutput({ writeErr: () => undefined });
  command?.parseOptions(texts.flatMap((text) => ["--platform", text]));
  return command?.opts().platform;
}

test.each(ONE)("%p takes every name of a platform", (register) => {
  expect(valuesOf(register, "Linux/aarch64")).toEqual({ os: "linux", architecture: "arm64" });
  expect(valuesOf(register, "linux/armhf")).toEqual({ os: "linux", architecture: "arm", variant: "v7" });
  expect(() => valuesOf(register, "linux")).toThrow("Expected os/architecture");
});

test.each(SEVERAL)("%p sends the usual names", (register) => {
  expect(valuesOf(register, "Linux/x86_64", "linux/armhf", "linux/arm64")).toEqual(["linux/amd64", "linux/arm/v7", "linux/arm64"]);
  expect(() => valuesOf(register, "linux/amd64", "linux")).toThrow("Expected os/architecture");
});
