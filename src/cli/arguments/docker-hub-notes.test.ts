import { expect, test } from "bun:test";
import { Command } from "commander";
import { dockerHubNotes } from "./docker-hub-notes.ts";

async function noted(args: readonly string[], define: (command: Command) => Command): Promise<string> {
  const command = define(new Command("x").option("-q, --quiet").action(() => undefined));
  await command.parseAsync([...args], { from: "user" });
  return (await dockerHubNotes(command)).join("\n");
}

test.each([
  ["app:1", "docker.io/library/app"],
  ["team/app:1", "docker.io/team/app"],
  ["http/app", "docker.io/http/app"],
])("'%s' is said to be read as %s", async (text, expected) => {
  const note = await noted([text], (command) => command.argument("<reference>"));
  expect(note).toContain(`'${text}' names no registry, so it is read as ${expected}:`);
});

test.each(["localhost/app:1", "127.0.0.1:5000/app", "docker.io/app", "http://127.0.0.1:5000/app", "oci:folder:1", "./folder", "images.tar:1", ""])(
  "'%s' says it all itself",
  async (text) => {
    expect(await noted([text], (command) => command.argument("<source>"))).toBe("");
  },
);

test("nothing is said where it is not asked for, or --registry says where", async () => {
  expect(await noted(["app", "-q"], (command) => command.argument("<reference>"))).toBe("");
  expect(await noted(["app"], (command) => command.argument("<repository>").option("--registry <host>"))).toBe("");
  expect(await noted(["app"], (command) => command.argument("<name>"))).toBe("");
});
