import { z } from "zod";

/** The part of a `.cpuprofile` (Chrome DevTools protocol, Profiler.Profile) that tells where time went. Times in microseconds. */
const profileSchema = z.object({
  nodes: z.array(z.object({ id: z.number(), callFrame: z.object({ functionName: z.string(), url: z.string(), lineNumber: z.number() }) })),
  startTime: z.number(),
  samples: z.array(z.number()),
  timeDeltas: z.array(z.number()),
});

/** Time that a function itself took, without those it called. */
export interface SelfTime {
  readonly name: string;
  /** File and line. */
  readonly place: string;
  /** Of all samples in the window. */
  readonly share: number;
}

/** A stretch of time, in microseconds since the epoch. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

/** The functions of a profile by the time they took within a window, the longest first. @throws Error for a text that is no profile */
export function selfTimes(text: string, { from, to }: Window): SelfTime[] {
  const { nodes, startTime, samples, timeDeltas } = profileSchema.parse(JSON.parse(text));
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const taken = new Map<string, { name: string; place: string; count: number }>();
  let time = startTime;
  let all = 0;
  for (const [index, id] of samples.entries()) {
    time += timeDeltas[index] ?? 0;
    const frame = frames.get(id);
    if (frame === undefined || time < from || time > to) continue;
    all += 1;
    const name = frame.functionName || "(anonymous)";
    const place = frame.url === "" ? "" : `${frame.url}:${frame.lineNumber + 1}`;
    const key = `${name} ${place}`;
    const known = taken.get(key) ?? { name, place, count: 0 };
    known.count += 1;
    taken.set(key, known);
  }
  return [...taken.values()].sort((a, b) => b.count - a.count).map(({ name, place, count }) => ({ name, place, share: count / all }));
}
