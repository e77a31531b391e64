import type { Command } from "commander";
import type { AuditList } from "../../api/administration.ts";
import { addExamples } from "../help/examples.ts";
import { type AccountOptions, addAccountOptions } from "../options/account.ts";
import { addLimitOptions, type LimitOptions, limitOf, noteRest } from "../options/limit.ts";
import { parseTimeOption } from "../options/values.ts";
import { CliError, EXIT } from "../output/exit-code.ts";
import { print, printJson, printTable } from "../output/print.ts";
import { shortDigest } from "../output/short-text.ts";
import { pagesOf } from "../schemas/reply.ts";
import { atRegistryOrHere } from "../sessions/account.ts";
import type { AuditFilter } from "./audit-pages.ts";

interface AuditOptions extends AccountOptions, LimitOptions {
  readonly repository?: string;
  readonly user?: string;
  readonly action?: string;
  readonly since?: string;
  readonly follow?: boolean;
}

type Entry = AuditList["entries"][number];

/** What `--json` prints. */
export const outputSchema = pagesOf("listAudit", "--limit cut it. With --follow each entry is a document in a line of its own.");

/** `opm audit`: who did what, and when. */
export function define(command: Command): void {
  command
    .option("--repository <name>", "only what was done to this repository")
    .option("-u, --user <name>", "only what this user did; anonymous, and cli:<account> for commands on the server")
    .option("-a, --action <action>", "only this, e.g. manifest.push, tag.move, login.failed, token.create")
    .option("--since <time>", "from this time on: a date, RFC 3339, or an age such as 24h", parseTimeOption)
    .option("-f, --follow", "go on with what is done from now on, until Ctrl-C");
  addAccountOptions(addLimitOptions(command)).action(run);
  addExamples(
    command,
    ["opm audit --since 24h --action login.failed", "whose log-ins failed since yesterday"],
    ["opm audit -f --json --registry registry.example.com", "a document in a line for each entry, as it comes"],
  );
}

async function run(options: AuditOptions): Promise<void> {
  if (options.follow === true && options.all === true) throw new CliError(EXIT.invalid, "give --follow or --all, not both");
  await atRegistryOrHere(options, {
    what: "read the audit record",
    async here({ metadata }) {
      const { readAudit } = await import("./audit-pages.ts");
      const { interruptible } = await import("../sessions/stop-signals.ts");
      await interruptible((signal) => show(options, { read: readAudit(metadata.audit), signal }));
    },
    async there({ pages, signal }) {
      const { readAuditPages } = await import("./audit-pages.ts");
      await show(options, { read: readAuditPages(pages), signal });
    },
  });
}

interface Source {
  /** The newest entries first, at most `limit`, and whether there are more. */
  readonly read: (query: AuditFilter, limit: number) => Promise<{ readonly entries: readonly Entry[]; readonly more: boolean }>;
  readonly signal: AbortSignal;
}

async function show(options: AuditOptions, { read, signal }: Source): Promise<void> {
  const { repository, user, action, since } = options;
  const filter: AuditFilter = { ...(repository && { repository }), ...(user && { subject: user }), ...(action && { action }) };
  if (options.follow === true) {
    const { followAudit } = await import("./audit-pages.ts");
    const from = since ?? new Date().toISOString();
    await followAudit((query, limit) => read({ ...filter, ...query }, limit), { since: from, signal, show: (entry) => print(lineOf(entry, options)) });
    return;
  }
  const { entries, more } = await read({ ...filter, ...(since && { since }) }, limitOf(options));
  if (options.json === true) return printJson({ entries, more });
  printTable(
    ["TIME", "WHO", "ACTION", "REPOSITORY", "REFERENCE", "DIGEST", "FROM"],
    entries.map(({ at, subject, action, repository, reference, digest, remote }) => [
      `${at.slice(0, 19)}Z`,
      subject,
      action,
      repository ?? "-",
      reference ?? "-",
      digest === null ? "-" : shortDigest(digest),
      remote ?? "-",
    ]),
    { cut: [6, 5, 4, 3], names: [0, 1, 2] },
  );
  noteRest({ rows: entries, more }, options);
}

/** An entry in a line, while they come: for people, or a JSON document. */
function lineOf(entry: Entry, { json }: AuditOptions): string {
  if (json === true) return JSON.stringify(entry);
  const { at, subject, action, repository, reference, digest, remote } = entry;
  return [at, subject, action, repository, reference, digest, remote === null ? null : `from ${remote}`].filter((part) => part !== null).join(" ");
}
