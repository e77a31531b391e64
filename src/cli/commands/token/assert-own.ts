import type { AccountOptions } from "../../options/account.ts";
import { CliError, EXIT } from "../../output/exit-code.ts";

/** The options of what one can do with tokens of one's own. */
export interface OwnOptions extends AccountOptions {
  readonly own?: boolean;
}

/** @throws CliError `invalid` for `--own` without a registry */
export function assertOwn({ own, registry }: OwnOptions): void {
  if (own === true && registry === undefined) throw new CliError(EXIT.invalid, "--own takes --registry: only a registry knows who you are");
}
