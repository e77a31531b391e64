import { COMMANDS, type CommandRow, type SchemaLoader } from "./commands.ts";

/** What a command prints with `--json`: a promise that it stays as it is. */
export interface JsonOutput {
  /** As typed, without `opm`: `namespace list`, `versions --all-tags`. */
  readonly command: string;
  readonly schema: SchemaLoader;
}

/** What commands print, in the order of the table. @param rows default: all */
export async function jsonOutputs(rows: readonly CommandRow[] = COMMANDS): Promise<JsonOutput[]> {
  return (await Promise.all(rows.map(outputsOf))).flat();
}

async function outputsOf({ path, load }: CommandRow): Promise<JsonOutput[]> {
  const { outputSchema, optionSchemas = {} } = (await load?.()) ?? {};
  return [
    ...(outputSchema === undefined ? [] : [{ command: path, schema: outputSchema }]),
    ...Object.entries(optionSchemas).map(([option, schema]) => ({ command: `${path} ${option}`, schema })),
  ];
}
