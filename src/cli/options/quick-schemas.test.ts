import { expect, test } from "bun:test";

const QUICK = `(await import("${import.meta.dirname}/quick-schemas.ts")).compileNoSchemas()`;
const ZOD = `zod = await import("zod/mini")`;

test.each([
  ["before", [ZOD, QUICK]],
  ["after", [QUICK, ZOD]],
])("Zod compiles nothing where it is loaded %s it is told", async (_, steps) => {
  const program = `let zod; ${steps.join(";")}; console.log(zod.config().jitless)`;
  const child = Bun.spawn([process.execPath, "-e", program], { cwd: import.meta.dirname, stdout: "pipe", timeout: 60_000 });
  expect((await child.stdout.text()).trim()).toBe("true");
});
