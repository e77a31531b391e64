import type { Command } from "commander";
import { CliError, EXIT } from "../output/exit-code.ts";
import { addContentOptions, type ContentOptions } from "./client.ts";
import { collectOption } from "./values.ts";

/** What `opm push` and `opm attach` have in common. */
export interface ArtifactOptions extends ContentOptions {
  readonly type: string;
  readonly annotation?: readonly string[];
  readonly config?: string;
}

/** Adds them. Call it after the command's own options. */
export function addArtifactOptions(command: Command): Command {
  command
    .requiredOption("-t, --type <type>", "what the artifact is: a media type, e.g. application/vnd.example.model.v1+json")
    .option("-a, --annotation <key=value>", "a note on the artifact (repeatable)", collectOption)
    .option("--config <file>", "the file that becomes the config (default: an empty one)");
  return addContentOptions(command);
}

/** Parses `key=value`, of which the value may be empty. @throws CliError `invalid` */
export function parseAnnotations(texts: readonly string[] = []): Record<string, string> {
  const entries = texts.map((text): [string, string] => {
    const at = text.indexOf("=");
    if (at <= 0) throw new CliError(EXIT.invalid, `invalid annotation '${text}': expected key=value, e.g. org.opencontainers.image.version=1.2.0`);
    return [text.slice(0, at), text.slice(at + 1)];
  });
  const names = entries.map(([name]) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw new CliError(EXIT.invalid, `the annotation '${twice}' is given twice`);
  return Object.fromEntries(entries);
}
