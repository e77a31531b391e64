import { type Command, InvalidArgumentError } from "commander";
import { collectOption } from "./values.ts";

/** What people say of a namespace, project or repository. */
export interface DescriptionOptions {
  readonly description?: string;
  readonly label?: readonly string[];
  readonly removeLabel?: readonly string[];
  readonly owner?: string;
}

/** Adds `--description`, `--label` and `--owner`; to a command that edits also `--remove-label`. */
export function addDescriptionOptions(command: Command, { edit }: { readonly edit: boolean }): Command {
  command
    .option("--description <text>", edit ? "what it is for; empty: none" : "what it is for")
    .option("--label <key=value>", "a label (repeatable)", collectLabel)
    .option("--owner <owner>", `user:<name> or group:<name>${edit ? "; empty: none" : ""}`);
  return edit ? command.option("--remove-label <key>", "take a label away (repeatable)", collectOption) : command;
}

/** What was said before, as documents of the package API have it. */
export interface Described {
  readonly description: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly owner: string | null;
}

/** The definition that the options make of what was there. */
export function describedBy(options: DescriptionOptions, before?: Described): { description?: string; labels?: Record<string, string>; owner?: string } {
  const { description = before?.description, owner = before?.owner } = options;
  const labels = { ...before?.labels, ...Object.fromEntries((options.label ?? []).map(splitLabel)) };
  for (const key of options.removeLabel ?? []) delete labels[key];
  return {
    ...(description && { description }),
    ...(Object.keys(labels).length > 0 && { labels }),
    ...(owner && { owner }),
  };
}

function collectLabel(value: string, previous?: readonly string[]): string[] {
  if (!/^[^=]+=/.test(value)) throw new InvalidArgumentError("Expected key=value.");
  return collectOption(value, previous);
}

function splitLabel(text: string): [string, string] {
  const at = text.indexOf("=");
  return [text.slice(0, at), text.slice(at + 1)];
}
