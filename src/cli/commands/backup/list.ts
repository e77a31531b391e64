import type { Command } from "commander";
import { addExamples } from "../../help/examples.ts";
import { printJson, printTable } from "../../output/print.ts";
import { formatAmount, secondsOf } from "../../output/short-text.ts";
import { withBackup } from "../../sessions/backup.ts";

/** What `--json` prints. */
export const outputSchema = async () => (await import("./backup.output.ts")).listOutput;

/** `opm backup list`: the cuts of a backup. */
export function define(command: Command): void {
  command.argument("<folder>", "folder of the backup").option("--json", "print JSON, as docs/reference/json.md describes it").action(run);
  addExamples(command, ["opm backup list /backup/opm", "their names are what --at takes"]);
}

async function run(path: string, { json }: { readonly json?: boolean }): Promise<void> {
  const cuts = await withBackup(path, {}, async (folder) => {
    const names = await folder.names();
    return Promise.all(
      names.map(async (cut) => {
        const { createdAt, contents, bytes, damaged } = await folder.read(cut);
        return { cut, createdAt, contents, bytes, damaged: damaged.length };
      }),
    );
  });
  if (json === true) return printJson({ cuts });
  printTable(
    ["CUT", "CREATED", "BLOBS", "BYTES", "DAMAGED"],
    cuts.map(({ cut, createdAt, contents, bytes, damaged }) => [cut, secondsOf(createdAt), `${contents}`, formatAmount(bytes), `${damaged}`]),
  );
}
