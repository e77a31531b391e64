import type { z } from "zod";

/** What a command prints with `--json`. */
export interface JsonOutput {
  /** As typed, without `opm`, e.g. `namespace list`. */
  readonly command: string;
  readonly schema: z.ZodType;
}

/** Every output that is promised to stay as it is; docs/reference/json.md is written from it. */
export const JSON_OUTPUTS: readonly JsonOutput[] = [];
