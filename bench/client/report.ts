import { median } from "../statistics.ts";
import { textTable } from "../text-table.ts";
import type { ClientCase } from "./cases.ts";
import type { BenchImage, ImageSize } from "./images.ts";
import type { ClientFigures, Figures, Wire } from "./measure.ts";

const MIB = 2 ** 20;

/** As many bytes: headers of another length make such a difference. */
const SAME = 1.01;

/** The tables: wall time against crane's, CPU time, and bytes and requests against the best of the others, and what must travel. */
export function reportClients(cases: readonly ClientCase[], figures: Figures, images: Readonly<Record<ImageSize, readonly [BenchImage, BenchImage]>>): string {
  const names = [...new Set([...figures.values()].flatMap((clients) => [...clients.keys()]))];
  const rows = (cell: (taken: ClientFigures | undefined) => string, more: (each: ClientCase) => readonly string[] = () => []) =>
    cases.map((each) => [each.title, ...names.map((name) => cell(figures.get(each.name)?.get(name))), ...more(each)]);
  const verdict = (each: ClientCase) => {
    const taken = figures.get(each.name);
    const ratio = milliseconds(taken?.get("opm")) / milliseconds(taken?.get("crane"));
    return [`${ratio.toFixed(2)}x`, `${each.target}x`, ratio <= each.target ? "yes" : "NO"];
  };
  const others = names.filter((name) => name !== "opm" && name !== "old");
  const leastOf = (what: keyof Wire) => (each: ClientCase) => {
    const taken = figures.get(each.name);
    const least = Math.min(...others.map((name) => taken?.get(name)?.wire[what] ?? Number.POSITIVE_INFINITY));
    return (taken?.get("opm")?.wire[what] ?? Number.NaN) <= least * (what === "bytes" ? SAME : 1) ? "yes" : "NO";
  };
  return [
    textTable(
      ["wall time (ms), median", ...names, "opm/crane", "target", "met"],
      rows((taken) => milliseconds(taken).toFixed(0), verdict),
    ),
    textTable(
      ["wall time (ms), min..max", ...names],
      rows((taken) => range((taken?.samples ?? []).map(({ seconds }) => seconds * 1000))),
    ),
    textTable(
      ["CPU time (ms)", ...names],
      rows((taken) => median((taken?.samples ?? []).map(({ cpu }) => cpu * 1000)).toFixed(0)),
    ),
    textTable(
      ["on the wire", ...names, "content", "least"],
      rows(
        (taken) => amount(taken?.wire.bytes ?? Number.NaN),
        (each) => [amount(each.needed(images[each.size])), leastOf("bytes")(each)],
      ),
    ),
    textTable(
      ["requests", ...names, "least"],
      rows(
        (taken) => `${taken?.wire.requests ?? "-"}`,
        (each) => [leastOf("requests")(each)],
      ),
    ),
  ].join("\n\n");
}

function milliseconds(taken: ClientFigures | undefined): number {
  return median((taken?.samples ?? []).map(({ seconds }) => seconds * 1000));
}

function range(values: readonly number[]): string {
  return `${Math.min(...values).toFixed(0)}..${Math.max(...values).toFixed(0)}`;
}

function amount(bytes: number): string {
  return bytes >= MIB ? `${(bytes / MIB).toFixed(1)} MiB` : `${(bytes / 1024).toFixed(1)} KiB`;
}
