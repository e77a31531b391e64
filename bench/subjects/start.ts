import type { Running, StartOptions, SubjectName } from "../subject.ts";
import { startDistribution } from "./distribution.ts";
import { startNginx } from "./nginx.ts";
import { startOpm } from "./opm.ts";
import { startZot } from "./zot.ts";

const STARTERS = { opm: startOpm, distribution: startDistribution, zot: startZot, nginx: startNginx } as const;

/** Starts a server of this name with an empty store. */
export function startSubject(name: SubjectName, executable: string, options: StartOptions): Promise<Running> {
  return STARTERS[name](executable, options);
}
