import type { Command } from "commander";
import type { ReplyOf } from "../../client/extension/operation-request.ts";
import { addExamples } from "../help/examples.ts";
import { addClientOptions, type ClientOptions } from "../options/client.ts";
import { addLimitOptions, type LimitOptions, limitOf, noteRest } from "../options/limit.ts";
import { CliError, EXIT } from "../output/exit-code.ts";
import { printJson, printTable } from "../output/print.ts";
import { secondsOf, shortDigest } from "../output/short-text.ts";
import { pagesOf } from "../schemas/reply.ts";

interface HistoryOptions extends ClientOptions, LimitOptions {}

type Event = ReplyOf<"getHistory">["events"][number];

/** What `--json` prints. */
export const outputSchema = pagesOf("getHistory");

/** `opm history`: what tags pointed to, also those that are gone. */
export function define(command: Command): void {
  command.argument("<reference>", "host[:port]/name, all its tags, or host[:port]/name:tag");
  addClientOptions(addLimitOptions(command)).action(run);
  addExamples(
    command,
    ["opm history registry.example.com/team/app:latest", "what latest was, the newest first"],
    ["opm history localhost:5000/team/app", "every change of every tag"],
  );
}

async function run(text: string, options: HistoryOptions): Promise<void> {
  const [{ parseImageReference }, { withPackageApi }, { gather }] = await Promise.all([
    import("../../oci/image-reference.ts"),
    import("../sessions/package.ts"),
    import("../../client/packages/server-source.ts"),
  ]);
  const { registry, repository, tag, digest } = parseImageReference(text);
  if (digest !== undefined) throw new CliError(EXIT.invalid, `'${text}' names a digest: only tags have a history`);
  const limit = limitOf(options);
  const query = { ...(tag && { tag }), n: Math.min(limit, 1000) };
  const { first, rows, more } = await withPackageApi(options, { registry, what: `cannot show the history of ${text}` }, ({ pages }) =>
    gather(pages("getHistory", { name: repository, query }), ({ events }) => events, limit),
  );
  if (options.json === true) return printJson({ ...first, events: rows, more });
  printTable(
    ["TIME", "TAG", "CHANGE", "DIGEST", "BEFORE", "BY"],
    rows.map(({ at, tag, op, digest, previous, actor, present }: Event) => [
      secondsOf(at),
      tag,
      present ? op : `${op}, gone`,
      shortDigest(digest),
      shortDigest(previous),
      actor,
    ]),
    { cut: [5, 4], names: [1, 2] },
  );
  noteRest({ rows, more }, options);
}
