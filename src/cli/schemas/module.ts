import { z } from "zod";

/** Parts that outputs about modules share. */

export const moduleName = z.string().describe("With its major: example.com/blog@v1.");
export const moduleVersion = z.object({ path: moduleName, version: z.string() });
