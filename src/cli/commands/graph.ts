import { type Command, Option } from "commander";
import { addExamples } from "../help/examples.ts";
import { addClientOptions, type ClientOptions } from "../options/client.ts";
import { parseCount } from "../options/limit.ts";
import { print, printDrawing, printJson, printNote } from "../output/print.ts";

interface GraphOptions extends ClientOptions {
  readonly up?: boolean;
  readonly down?: boolean;
  readonly both?: boolean;
  readonly depth?: number;
  readonly dot?: boolean;
}

/** What `--json` prints. */
export const outputSchema = async () => (await import("../../client/packages/answers.ts")).graphAnswer;

/** `opm graph`: index, manifests, configs, layers and subjects around an artifact. */
export function define(command: Command): void {
  command
    .argument("<reference>", "host[:port]/name[:tag][@digest], a manifest or a blob")
    .option("--down", "what it needs: children, config, layers, subject (default)")
    .addOption(new Option("--up", "what needs it: indexes, referrers").conflicts("down"))
    .addOption(new Option("--both", "both directions").conflicts(["down", "up"]))
    .option("--depth <steps>", "steps from the artifact (default: 8)", parseCount)
    .addOption(new Option("--dot", "for Graphviz: opm graph --dot … | dot -Tsvg").conflicts("json"));
  addClientOptions(command).action(run);
  addExamples(
    command,
    ["opm graph registry.example.com/team/app:v1", "platforms and layers as a tree"],
    ["opm graph --up localhost:5000/team/app@$DIGEST", "in which index it is, and what signs it"],
  );
}

async function run(text: string, options: GraphOptions): Promise<void> {
  const [{ manifestReferenceOf, parseImageReference }, { withPackages }, { dotGraph, drawGraph }] = await Promise.all([
    import("../../oci/image-reference.ts"),
    import("../sessions/package.ts"),
    import("./graph-text.ts"),
  ]);
  const reference = parseImageReference(text);
  const direction = options.both === true ? "both" : options.up === true ? "up" : "down";
  const query = { direction, ...(options.depth !== undefined && { depth: options.depth }) } as const;
  const answer = await withPackages(options, reference.registry, ({ source }) => source.graph(reference.repository, manifestReferenceOf(reference), query));
  if (options.json === true) return printJson(answer);
  if (options.dot === true) print(...dotGraph(answer));
  else {
    if (direction !== "up") printDrawing(drawGraph(answer, "down"));
    if (direction === "both") print("", "needed by:");
    if (direction !== "down") printDrawing(drawGraph(answer, "up"));
  }
  if (answer.truncated && options.quiet !== true) printNote("the graph goes on: give --depth, or begin at another node");
}
