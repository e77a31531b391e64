import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { startCountingProxy } from "../../test/support/counting-proxy.ts";
import type { ClientCase } from "./cases.ts";
import type { BenchClient, ClientName, Task } from "./clients.ts";
import { type BenchImage, type ImageSize, writeVersions } from "./images.ts";
import { type BenchRegistry, startRegistry } from "./registries.ts";
import { type ClientSample, runClient } from "./run-client.ts";
import { measureStarts, type StartCase, type StartFigures } from "./starts.ts";

export interface ClientFigures {
  readonly samples: readonly ClientSample[];
  /** Measured apart from the time. */
  readonly wire: Wire;
}

/** What went over the wire, in both directions. */
export interface Wire {
  /** Headers included. */
  readonly bytes: number;
  readonly requests: number;
}

export type Figures = ReadonlyMap<string, ReadonlyMap<ClientName, ClientFigures>>;

export interface MeasureOptions {
  /** Clients by name, with the command that starts each. */
  readonly clients: readonly { readonly client: BenchClient; readonly command: readonly string[] }[];
  readonly opm: readonly string[];
  /** An empty folder for everything. */
  readonly root: string;
  readonly rounds: number;
  /** The starts to measure, and how often: they are short. */
  readonly starts: readonly StartCase[];
  readonly startRounds: number;
  readonly say: (text: string) => void;
}

/** The registry that is read from, and the images in it. */
interface Stage {
  readonly source: Pick<BenchRegistry, "address" | "port">;
  readonly images: Readonly<Record<ImageSize, readonly [BenchImage, BenchImage]>>;
}

/** Runs every case with every client, in turns. */
export async function measureClients(
  cases: readonly ClientCase[],
  options: MeasureOptions,
): Promise<{ readonly figures: Figures; readonly starts: StartFigures; readonly images: Stage["images"] }> {
  const { opm, root } = options;
  const source = await startRegistry(opm, join(root, "source"));
  try {
    const stage = { source, images: await pushImages(source, options) };
    const starts = await measureStarts(options.starts, { ...options, from: `${source.address}/bench/small`, tag: stage.images.small[0].tag });
    const figures = new Map<string, ReadonlyMap<ClientName, ClientFigures>>();
    for (const each of cases) figures.set(each.name, await measureCase(each, stage, options));
    return { figures, starts, images: stage.images };
  } finally {
    await source.stop();
  }
}

async function pushImages({ address }: BenchRegistry, { opm, root }: MeasureOptions): Promise<Stage["images"]> {
  const layouts = { small: join(root, "small"), large: join(root, "large") };
  const images = { small: writeVersions(layouts.small, "small"), large: writeVersions(layouts.large, "large") };
  for (const size of ["small", "large"] as const) {
    for (const { tag } of images[size]) await runClient([...opm, "copy", "--quiet", `oci:${layouts[size]}:${tag}`, `${address}/bench/${size}:${tag}`], root);
  }
  return images;
}

async function measureCase(each: ClientCase, stage: Stage, options: MeasureOptions): Promise<ReadonlyMap<ClientName, ClientFigures>> {
  const { clients, rounds, say } = options;
  const samples = new Map<ClientName, ClientSample[]>(clients.map(({ client }) => [client.name, []]));
  for (let round = 0; round <= rounds; round++) {
    for (let turn = 0; turn < clients.length; turn++) {
      const contender = clients[(turn + round) % clients.length];
      if (contender === undefined) continue;
      const { name } = contender.client;
      const sample = await withTarget(each, options, (target) => once(each, contender, { stage, target, root: options.root }));
      say(`${each.name} ${round}/${rounds} ${name}: ${(sample.seconds * 1000).toFixed(0)} ms, ${(sample.cpu * 1000).toFixed(0)} ms CPU`);
      // the first round brings programs into memory
      if (round > 0) samples.get(name)?.push(sample);
    }
  }
  const figures = new Map<ClientName, ClientFigures>();
  for (const contender of clients) {
    const wire = await withTarget(each, options, (target) => wireOf(each, contender, { stage, target, root: options.root }));
    figures.set(contender.client.name, { samples: samples.get(contender.client.name) ?? [], wire });
  }
  return figures;
}

let targets = 0;

/** A new registry for each copy: some clients remember on this machine what a registry has. */
async function withTarget<T>({ task }: ClientCase, { opm, root }: MeasureOptions, use: (target: BenchRegistry | undefined) => Promise<T>): Promise<T> {
  if (task !== "copy") return await use(undefined);
  const folder = join(root, `target-${targets++}`);
  const target = await startRegistry(opm, folder);
  try {
    return await use(target);
  } finally {
    await target.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

type Contender = MeasureOptions["clients"][number];

interface Place {
  readonly stage: Stage;
  readonly target: Pick<BenchRegistry, "address" | "port"> | undefined;
  readonly root: string;
}

/** The same through proxies that count. */
async function wireOf(each: ClientCase, contender: Contender, { stage, target, root }: Place): Promise<Wire> {
  const source = await startCountingProxy(stage.source.port);
  const destination = target === undefined ? undefined : await startCountingProxy(target.port);
  const proxies = destination === undefined ? [source] : [source, destination];
  try {
    const place = {
      stage: { ...stage, source: { address: source.host, port: 0 } },
      target: destination === undefined ? undefined : { address: destination.host, port: 0 },
      root,
    };
    await once(each, contender, place, () => {
      for (const proxy of proxies) proxy.reset();
    });
    return {
      bytes: proxies.reduce((sum, proxy) => sum + proxy.sent() + proxy.received(), 0),
      requests: proxies.reduce((sum, proxy) => sum + proxy.requests(), 0),
    };
  } finally {
    await Promise.all(proxies.map((proxy) => proxy.close()));
  }
}

let runs = 0;

/** @param beforehand called when what the target has already is there */
async function once(
  each: ClientCase,
  { client, command }: Contender,
  { stage, target, root }: Place,
  beforehand: () => void = () => {},
): Promise<ClientSample> {
  const home = join(root, `run-${runs++}`);
  mkdirSync(home);
  const task = (version: 0 | 1): Task => ({
    from: `${stage.source.address}/bench/${each.size}`,
    tag: stage.images[each.size][version].tag,
    to: `${target?.address}/bench/copy`,
    folder: join(home, "output"),
  });
  try {
    if (each.before !== undefined) await runClient([...command, ...client[each.task](task(each.before))], home);
    beforehand();
    return await runClient([...command, ...client[each.task](task(each.version))], home);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
