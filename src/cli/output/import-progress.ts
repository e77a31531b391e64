import type { RepositoryReport } from "../../client/import/import-report.ts";
import { printErrLine, printStatus } from "./print.ts";
import { counted, formatAmount } from "./short-text.ts";
import { isErrTerminal } from "./terminal.ts";

/** Milliseconds between words about what is under way: on a terminal, where one line is written anew, and elsewhere. */
const TERMINAL_INTERVAL = 500;
const LINE_INTERVAL = 10_000;

/** Tells on standard error how far an import has come. */
export interface ImportProgress {
  readonly onBytes: (bytes: number) => void;
  readonly onRepository: (report: RepositoryReport) => void;
  /** Nothing is told after it. */
  stop(): void;
}

export interface ImportProgressOptions {
  readonly quiet?: boolean;
  readonly json?: boolean;
  /** Nothing is sent: what would be is told. */
  readonly isPlan: boolean;
}

/** A line for each repository that is through, and from time to time one for all; nothing with `--quiet` or `--json`. */
export function importProgress({ quiet, json, isPlan }: ImportProgressOptions): ImportProgress {
  if (quiet === true || json === true) return { onBytes: () => {}, onRepository: () => {}, stop: () => {} };
  const isTerminal = isErrTerminal();
  let [repositories, sent] = [0, 0];
  const line = () => `${counted(repositories, "repository", "repositories")} through, ${formatAmount(Math.max(0, sent))} sent`;
  const show = () => (isTerminal ? printStatus(line()) : printErrLine(line()));
  const timer = setInterval(show, isTerminal ? TERMINAL_INTERVAL : LINE_INTERVAL);
  const clear = () => isTerminal && printStatus("");
  return {
    onBytes(bytes) {
      sent += bytes;
    },
    onRepository(report) {
      repositories++;
      clear();
      printErrLine(isPlan ? planned(report) : moved(report));
    },
    stop() {
      clearInterval(timer);
      clear();
    },
  };
}

function moved({ name, tags, manifests, blobs }: RepositoryReport): string {
  const sent = formatAmount(manifests.sentBytes + blobs.sentBytes);
  return `${name}  ${tags.target} of ${counted(tags.source, "tag")}, ${manifests.target} of ${counted(manifests.source, "manifest")}, ${sent} sent`;
}

function planned({ name, tags, manifests, blobs }: RepositoryReport): string {
  const bytes = manifests.sourceBytes - manifests.targetBytes + blobs.sourceBytes - blobs.targetBytes;
  return `${name}  ${counted(tags.source - tags.target, "tag")}, ${counted(manifests.source - manifests.target, "manifest")}, ${formatAmount(bytes)} to send`;
}
