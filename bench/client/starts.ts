import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { median } from "../statistics.ts";
import { textTable } from "../text-table.ts";
import type { BenchClient, ClientName } from "./clients.ts";
import { type ClientSample, runClient } from "./run-client.ts";

/** What takes hardly more than to start. */
export interface StartCase {
  readonly name: string;
  readonly title: string;
  readonly task: "version" | "help" | "pull";
  /** Milliseconds, without those of the registry, that opm takes at most. */
  readonly target: number;
}

export const STARTS: readonly StartCase[] = [
  { name: "start-version", title: "version", task: "version", target: 8 },
  { name: "start-help", title: "help", task: "help", target: 12 },
  { name: "start-pull", title: "pull, 85 KiB", task: "pull", target: 18 },
];

export interface StartOptions {
  readonly clients: readonly { readonly client: BenchClient; readonly command: readonly string[] }[];
  /** Of a small image, e.g. `127.0.0.1:5000/bench/small`. */
  readonly from: string;
  readonly tag: string;
  /** An empty folder for everything. */
  readonly root: string;
  readonly startRounds: number;
  readonly say: (text: string) => void;
}

export interface StartFigures {
  readonly cases: readonly { readonly start: StartCase; readonly samples: ReadonlyMap<ClientName, readonly ClientSample[]> }[];
  /** Milliseconds that the registry takes for a small pull, one request after the other: asked for by this process, in turn with the clients. */
  readonly registry: readonly number[];
}

/** Starts every client again and again, in turns. */
export async function measureStarts(cases: readonly StartCase[], options: StartOptions): Promise<StartFigures> {
  const { clients, startRounds: rounds, say } = options;
  const registry: number[] = [];
  const figures = [];
  for (const start of cases) {
    const samples = new Map<ClientName, ClientSample[]>(clients.map(({ client }) => [client.name, []]));
    for (let round = 0; round <= rounds; round++) {
      if (start.task === "pull") registry.push(await askRegistry(options));
      for (let turn = 0; turn < clients.length; turn++) {
        const contender = clients[(turn + round) % clients.length];
        if (contender === undefined) continue;
        const sample = await once(start, contender, options);
        // the first round brings programs into memory
        if (round > 0) samples.get(contender.client.name)?.push(sample);
      }
    }
    say(`${start.name}: ${rounds} rounds`);
    figures.push({ start, samples });
  }
  return { cases: figures, registry: registry.slice(1) };
}

async function once({ task }: StartCase, { client, command }: StartOptions["clients"][number], { root, from, tag }: StartOptions): Promise<ClientSample> {
  const home = join(root, "start");
  mkdirSync(home);
  try {
    const words = task === "pull" ? client.pull({ from, tag, to: from, folder: join(home, "output") }) : client[task];
    return await runClient([...command, ...words], home);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

interface Entry {
  readonly mediaType: string;
  readonly digest: string;
}

async function askRegistry({ from, tag }: StartOptions): Promise<number> {
  const [host = "", ...name] = from.split("/");
  const ask = async (path: string, accept = "*/*") =>
    await (await fetch(`http://${host}/v2/${name.join("/")}/${path}`, { headers: { Accept: accept } })).bytes();
  const read = async (reference: string, type: string) => JSON.parse(new TextDecoder().decode(await ask(`manifests/${reference}`, type)));
  const begun = performance.now();
  const { manifests } = (await read(tag, "application/vnd.oci.image.index.v1+json")) as { readonly manifests: readonly [Entry] };
  const { layers } = (await read(manifests[0].digest, manifests[0].mediaType)) as { readonly layers: readonly Entry[] };
  for (const { digest } of layers) await ask(`blobs/${digest}`);
  return performance.now() - begun;
}

/** The tables: the shortest and the median wall time, CPU time, and what opm takes beyond the registry. */
export function reportStarts({ cases, registry }: StartFigures): string {
  const names = [...new Set(cases.flatMap(({ samples }) => [...samples.keys()]))];
  const least = (values: readonly number[]) => Math.min(...values);
  const wall = (samples: readonly ClientSample[] = []) => samples.map(({ seconds }) => seconds * 1000);
  const cells = (of: (values: readonly number[]) => number, values = wall) =>
    cases.map(({ start, samples }) => [start.title, ...names.map((name) => of(values(samples.get(name))).toFixed(1))]);
  const verdicts = cases.map(({ start, samples }) => {
    const beyond = (of: typeof least) => of(wall(samples.get("opm"))) - (start.task === "pull" ? of(registry) : 0);
    return [start.title, beyond(least).toFixed(1), beyond(median).toFixed(1), `${start.target}`, beyond(median) <= start.target ? "yes" : "NO"];
  });
  const head = (what: string) => [what, ...names];
  return [
    textTable(head("start, wall time (ms), min"), cells(least)),
    textTable(head("start, wall time (ms), median"), cells(median)),
    textTable(
      head("start, CPU time (ms), median"),
      cells(median, (samples = []) => samples.map(({ cpu }) => cpu * 1000)),
    ),
    textTable(["opm, without the registry (ms)", "min", "median", "target", "met"], verdicts),
  ].join("\n\n");
}
