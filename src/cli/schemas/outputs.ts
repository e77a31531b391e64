import type { z } from "zod";
import { CACHE_OUTPUTS } from "../commands/cache/cache.output.ts";
import { COMPONENT_OUTPUTS } from "../commands/component/outputs.ts";
import { copyOutput } from "../commands/copy.output.ts";
import { deleteOutput } from "../commands/delete.output.ts";
import { MODULE_OUTPUTS } from "../commands/mod/outputs.ts";
import { pullOutput } from "../commands/pull.output.ts";
import { pushOutput } from "../commands/push.output.ts";
import { referrersOutput } from "../commands/referrers.output.ts";
import { tagOutput, untagOutput } from "../commands/tag.output.ts";
import { ADMINISTRATION_OUTPUTS } from "./administration.ts";
import { CONFIG_OUTPUTS } from "./config.ts";
import { PACKAGE_OUTPUTS } from "./packages.ts";

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
