import type { z } from "zod";
import { ADMINISTRATION_OUTPUTS } from "./administration.ts";
import { CACHE_OUTPUTS } from "./cache.ts";
import { COMPONENT_OUTPUTS } from "./component/outputs.ts";
import { CONFIG_OUTPUTS } from "./config.ts";
import { copyOutput } from "./copy.ts";
import { deleteOutput } from "./delete.ts";
import { MODULE_OUTPUTS } from "./mod/outputs.ts";
import { PACKAGE_OUTPUTS } from "./packages.ts";
import { pullOutput } from "./pull.ts";
import { pushOutput } from "./push.ts";
import { referrersOutput } from "./referrers.ts";
import { tagOutput, untagOutput } from "./tag.ts";

/** What a command prints with `--json`. */
export interface JsonOutput {
  /** As typed, without `opm`, e.g. `namespace list`. */
  readonly command: string;
  readonly schema: z.ZodType;
}

/** Every output that is promised to stay as it is; docs/reference/json.md is written from it. */
export const JSON_OUTPUTS: readonly JsonOutput[] = [
  { command: "push", schema: pushOutput },
  { command: "pull", schema: pullOutput },
  { command: "copy", schema: copyOutput },
  { command: "attach", schema: pushOutput },
  { command: "tag", schema: tagOutput },
  { command: "untag", schema: untagOutput },
  { command: "delete", schema: deleteOutput },
  { command: "referrers", schema: referrersOutput },
  ...PACKAGE_OUTPUTS,
  ...MODULE_OUTPUTS,
  ...COMPONENT_OUTPUTS,
  ...ADMINISTRATION_OUTPUTS,
  ...CONFIG_OUTPUTS,
  ...CACHE_OUTPUTS,
];
