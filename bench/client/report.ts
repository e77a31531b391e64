import { median } from "../statistics.ts";
import { textTable } from "../text-table.ts";
import type { ClientCase } from "./cases.ts";
import type { BenchClient } from "./clients.ts";
import type { BenchImage, ImageSize } from "./images.ts";
import type { ClientFigures, Figures } from "./measure.ts";

const MIB = 2 ** 20;

/** The tables: wall time against the faster of the others, CPU time, and bytes against what must travel. */
export function reportClients(cases: readonly ClientCase[], figures: Figures, images: Readonly<Record<ImageSize, readonly [BenchImage, BenchImage]>>): string {
  const names = [...new Set([...figures.values()].flatMap((clients) => [...clients.keys()]))];
  const rows = (cell: (taken: ClientFigures | undefined) => string, more: (each: ClientCase) => readonly string[] = () => []) =>
    cases.map((each) => [each.title, ...names.map((name) => cell(figures.get(each.name)?.get(name))), ...more(each)]);
  const others = names.filter((name) => name !== "opm");
  const verdict = (each: ClientCase) => {
    const taken = (name: BenchClient["name"]) => milliseconds(figures.get(each.name)?.get(name));
    const ratio = taken("opm") / Math.min(...others.map(taken));
    return [`${ratio.toFixed(2)}x`, ratio <= 1 ? "yes" : "NO"];
  };
  const needed = (each: ClientCase) => [amount(each.needed(images[each.size]))];
  return [
    textTable(
      ["wall time (ms), median", ...names, "opm/faster", "<= 1"],
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
      ["on the wire", ...names, "content"],
      rows((taken) => amount(taken?.bytes ?? Number.NaN), needed),
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
