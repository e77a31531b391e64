import { median } from "../statistics.ts";
import { textTable } from "../text-table.ts";
import type { ClientName, ComponentCase } from "./cases.ts";
import type { ComponentFigures, Figures } from "./measure.ts";

const MIB = 2 ** 20;

/** Of the time of skopeo. */
const MOST = 0.5;

/** The tables: wall time against the targets, CPU time, memory, bytes. */
export function reportComponents(cases: readonly ComponentCase[], figures: Figures): string {
  const names = [...new Set([...figures.values()].flatMap((clients) => [...clients.keys()]))];
  const taken = (name: string, client: ClientName) => figures.get(name)?.get(client);
  const rows = (cell: (figure: ComponentFigures | undefined) => string, more: (each: ComponentCase) => readonly string[] = () => []) =>
    cases.map((each) => [each.title, ...names.map((client) => cell(taken(each.name, client))), ...more(each)]);
  const verdict = (each: ComponentCase) => {
    const ours = seconds(taken(each.name, "opm"));
    if (each.share !== undefined) {
      const share = ours / seconds(taken(each.share.of, "opm"));
      return [share.toFixed(3), `${each.share.most} of the first`, share <= each.share.most ? "yes" : "NO"];
    }
    const ratio = ours / seconds(taken(each.name, "skopeo"));
    return [`${ratio.toFixed(2)}x`, `${MOST}x skopeo`, ratio <= MOST ? "yes" : "NO"];
  };
  return [
    textTable(
      ["wall time (s), median", ...names, "figure", "target", "met"],
      rows((figure) => seconds(figure).toFixed(2), verdict),
    ),
    textTable(
      ["wall time (s), min..max", ...names],
      rows((figure) => range((figure?.samples ?? []).map((sample) => sample.seconds))),
    ),
    textTable(
      ["CPU time (s)", ...names],
      rows((figure) => median((figure?.samples ?? []).map(({ cpu }) => cpu)).toFixed(2)),
    ),
    textTable(
      ["peak memory", ...names],
      rows((figure) => amount(Math.max(...(figure?.samples ?? []).map(({ peak }) => peak)))),
    ),
    textTable(
      ["on the wire", ...names],
      rows((figure) => amount(figure?.bytes ?? Number.NaN)),
    ),
  ].join("\n\n");
}

function seconds(figure: ComponentFigures | undefined): number {
  return median((figure?.samples ?? []).map((sample) => sample.seconds));
}

function range(values: readonly number[]): string {
  return values.length === 0 ? "-" : `${Math.min(...values).toFixed(2)}..${Math.max(...values).toFixed(2)}`;
}

function amount(bytes: number): string {
  return bytes >= MIB ? `${(bytes / MIB).toFixed(1)} MiB` : `${(bytes / 1024).toFixed(1)} KiB`;
}
