import { z } from "zod";

/** Parts that outputs about component versions share. */

export const componentName = z.string().describe("E.g. acme.org/app.");
const componentReference = z.string().describe("<repository>//<component>:<version>");
export const layout = z
  .enum(["manifest", "index", "archive"])
  .describe("manifest: every local blob is a layer; index: OCI artifacts are stored natively; archive: an older component archive.");

export const componentVersion = z.object({ component: componentName, version: z.string(), reference: componentReference });

/** JSON as it stands in descriptors. */
export const tree = z.record(z.string(), z.unknown());
