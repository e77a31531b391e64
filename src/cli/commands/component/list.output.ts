import { z } from "zod";
import { componentName } from "../../schemas/component.ts";

/** `opm component list --json` */
export const componentListOutput = z.object({
  repository: z.string(),
  components: z.array(z.object({ component: componentName, versions: z.array(z.string()).describe("Ascending.") })),
});
export type ComponentListOutput = z.infer<typeof componentListOutput>;
