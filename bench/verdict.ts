import type { Case } from "./cases.ts";
import type { Samples } from "./measure.ts";
import { median, short } from "./statistics.ts";
import type { SubjectName } from "./subject.ts";

/** How ours compares with what it aims for. */
export interface Verdict {
  readonly figure: string;
  readonly target: string;
  readonly reached: boolean | undefined;
}

const PEERS: readonly SubjectName[] = ["distribution", "zot"];

/** Compares the median of ours with the target; `reached` is undefined where nothing it is compared with was measured. */
export function judge({ name, figure, target }: Case, samples: Samples): Verdict {
  const of = (server: SubjectName) => median((samples.get(name)?.get(server) ?? []).map((sample) => sample.figure));
  const ours = of("opm");
  if (target === undefined) return { figure: "", target: "", reached: undefined };
  if (target.kind === "limit") return { figure: short(ours), target: `< ${target.value}`, reached: ours < target.value };
  if (target.kind === "share") {
    const share = ours / of("zot");
    return { figure: `${short(share)}x`, target: `< ${target.value}x`, reached: Number.isNaN(share) ? undefined : share < target.value };
  }
  const peers = PEERS.map(of).filter((value) => !Number.isNaN(value));
  if (peers.length === 0) return { figure: "-", target: `${target.value}x`, reached: undefined };
  const ratio = figure === "per second" ? ours / Math.max(...peers) : Math.min(...peers) / ours;
  return { figure: `${short(ratio)}x`, target: `${target.value}x`, reached: ratio >= target.value };
}
