import { z } from "zod";
import { finding } from "./build.output.ts";

const dependencyChange = z.object({
  module: z.string().describe("With its major: example.com/blog@v1."),
  from: z.string().nullable().describe("null where it is new."),
  to: z.string().nullable().describe("null where it goes, and where it has no version because something else stands for it."),
  replacedBy: z.string().nullable().describe("The folder or module that stands for it, on this machine only."),
  imports: z.array(z.object({ import: z.string(), position: finding.shape.positions.element })).describe("Imports of the module's files that it comes from."),
});

const fetchedModule = z.object({
  module: z.string().describe("With its major."),
  version: z.string(),
  bytes: z.int().describe("Of its archive."),
  state: z.enum(["cached", "fetched", "repaired", "damaged", "missing"]).describe("What had to be done to have it in the cache."),
});

/** What commands print that change dependencies. */
const dependencyOutput = z.object({
  root: z.string().describe("The folder of the module."),
  changes: z.array(dependencyChange),
  modules: z.array(fetchedModule).describe("All that the module is built of, in the cache."),
  changed: z.array(z.string()).describe("Files that were written, relative to the root."),
  problems: z.array(finding).describe("What is wrong with the module since the change, and was not before; the exit code is 6 then."),
});

/** `opm mod get --json` */
export const getOutput = z.object({
  ...dependencyOutput.shape,
  registry: z.string().describe("The value of CUE_REGISTRY that makes other tools find the modules."),
  entries: z.array(z.string()).describe("What ~/.opm/config.yaml lacks to find them."),
});
export type GetOutput = z.infer<typeof getOutput>;
export type DependencyOutput = z.infer<typeof dependencyOutput>;

const moduleVersion = z.object({ module: z.string().describe("With its major."), version: z.string() });

/** `opm mod update --json` */
export const updateOutput = z.object({
  ...dependencyOutput.shape,
  dependencies: z.array(
    z.object({
      module: z.string().describe("With its major."),
      current: z.string(),
      patch: z.string().nullable().describe("The newest of the same minor version; null where there is none."),
      minor: z.string().nullable().describe("The newest of the same major, of another minor version."),
      major: moduleVersion.nullable().describe("The newest of the highest other major."),
      target: moduleVersion.nullable().describe("What the update goes to; null where nothing is newer that is of use."),
      reason: z.string().nullable().describe("Why a newer major is of no use."),
    }),
  ),
  failures: z.array(z.string()).describe("Why it could not be told of others."),
});
export type UpdateOutput = z.infer<typeof updateOutput>;

/** `opm mod tidy --json`; of a module that is not tidy, `opm mod tidy --check --json` has `error` in place of these. */
export const tidyOutput = z.object({
  ...dependencyOutput.omit({ problems: true }).shape,
  removed: z.array(z.object({ module: z.string(), version: z.string() })).describe("What left the cache, as no known project needs it."),
  bytes: z.int().describe("What that freed."),
  warnings: z.array(z.string()).describe("What could not leave the cache, and why."),
});
export type TidyOutput = z.infer<typeof tidyOutput>;
