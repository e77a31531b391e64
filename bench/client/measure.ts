import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { startCountingProxy } from "../../test/support/counting-proxy.ts";
import type { ClientCase } from "./cases.ts";
import type { BenchClient, Task } from "./clients.ts";
import { type BenchImage, type ImageSize, writeVersions } from "./images.ts";
import { type BenchRegistry, startRegistry } from "./registries.ts";

/** Milliseconds for one command. */
const COMMAND_LIMIT = 120_000;

export interface ClientSample {
  /** Wall time from start to end of the process. */
  readonly seconds: number;
  /** CPU time of the process. */
  readonly cpu: number;
  /** Bytes. */
  readonly memory: number;
}

export interface ClientFigures {
  readonly samples: readonly ClientSample[];
  /** Bytes on the wire, headers included, in both directions; measured apart from the time. */
  readonly bytes: number;
}

export type Figures = ReadonlyMap<string, ReadonlyMap<BenchClient["name"], ClientFigures>>;

export interface MeasureOptions {
  /** Clients by name, with the command that starts each. */
  readonly clients: readonly { readonly client: BenchClient; readonly command: readonly string[] }[];
  readonly opm: readonly string[];
  /** An empty folder for everything. */
  readonly root: string;
  readonly rounds: number;
  readonly say: (text: string) => void;
}

/** Two registries, and the images in the first. */
interface Stage {
  readonly source: BenchRegistry;
  readonly target: BenchRegistry;
  readonly images: Readonly<Record<ImageSize, readonly [BenchImage, BenchImage]>>;
}

/** Runs every case with every client, in turns. */
export async function measureClients(
  cases: readonly ClientCase[],
  options: MeasureOptions,
): Promise<{ readonly figures: Figures; readonly images: Stage["images"] }> {
  const stage = await prepare(options);
  try {
    const figures = new Map<string, ReadonlyMap<BenchClient["name"], ClientFigures>>();
    for (const each of cases) figures.set(each.name, await measureCase(each, stage, options));
    return { figures, images: stage.images };
  } finally {
    await Promise.all([stage.source.stop(), stage.target.stop()]);
  }
}

async function prepare({ opm, root }: MeasureOptions): Promise<Stage> {
  const layouts = { small: join(root, "small"), large: join(root, "large") };
  const images = { small: writeVersions(layouts.small, "small"), large: writeVersions(layouts.large, "large") };
  const source = await startRegistry(opm, join(root, "source"));
  const target = await startRegistry(opm, join(root, "target"));
  for (const size of ["small", "large"] as const) {
    for (const { tag } of images[size])
      await runClient([...opm, "copy", "--quiet", `oci:${layouts[size]}:${tag}`, `${source.address}/bench/${size}:${tag}`], root);
  }
  return { source, target, images };
}

async function measureCase(each: ClientCase, stage: Stage, options: MeasureOptions): Promise<ReadonlyMap<BenchClient["name"], ClientFigures>> {
  const { clients, rounds, say } = options;
  const samples = new Map<BenchClient["name"], ClientSample[]>(clients.map(({ client }) => [client.name, []]));
  for (let round = 0; round <= rounds; round++) {
    for (let turn = 0; turn < clients.length; turn++) {
      const { client, command } = clients[(turn + round) % clients.length] ?? clients[0] ?? { client: undefined, command: [] };
      if (client === undefined) continue;
      const sample = await once(each, { client, command }, stage, options.root);
      say(`${each.name} ${round}/${rounds} ${client.name}: ${(sample.seconds * 1000).toFixed(0)} ms, ${(sample.cpu * 1000).toFixed(0)} ms CPU`);
      // the first round brings programs into memory
      if (round > 0) samples.get(client.name)?.push(sample);
    }
  }
  const figures = new Map<BenchClient["name"], ClientFigures>();
  for (const { client, command } of clients) {
    const bytes = await bytesOf(each, { client, command }, stage, options.root);
    figures.set(client.name, { samples: samples.get(client.name) ?? [], bytes });
  }
  return figures;
}

type Contender = MeasureOptions["clients"][number];

async function bytesOf(each: ClientCase, contender: Contender, stage: Stage, root: string): Promise<number> {
  const proxies = await Promise.all([startCountingProxy(stage.source.port), startCountingProxy(stage.target.port)]);
  const [source, target] = proxies.map(({ host }, at) => ({ ...(at === 0 ? stage.source : stage.target), address: host }));
  try {
    if (source === undefined || target === undefined) throw new Error("a proxy is missing");
    await once(each, contender, { ...stage, source, target }, root, () => {
      for (const proxy of proxies) proxy.reset();
    });
    return proxies.reduce((sum, proxy) => sum + proxy.sent() + proxy.received(), 0);
  } finally {
    await Promise.all(proxies.map((proxy) => proxy.close()));
  }
}

let count = 0;

/** @param beforehand called when what the target has already is there */
async function once(each: ClientCase, { client, command }: Contender, stage: Stage, root: string, beforehand: () => void = () => {}): Promise<ClientSample> {
  const home = join(root, `run-${count++}`);
  mkdirSync(home);
  const task = (version: 0 | 1): Task => ({
    from: `${stage.source.address}/bench/${each.size}`,
    tag: stage.images[each.size][version].tag,
    to: `${stage.target.address}/bench/copy-${count}`,
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

async function runClient(command: readonly string[], home: string): Promise<ClientSample> {
  const started = performance.now();
  const child = Bun.spawn([...command], {
    cwd: home,
    env: { PATH: process.env.PATH ?? "", HOME: home, DOCKER_CONFIG: home, TMPDIR: home, XDG_RUNTIME_DIR: home },
    stdin: "ignore",
    stdout: "ignore",
    stderr: "pipe",
    timeout: COMMAND_LIMIT,
    killSignal: "SIGKILL",
  });
  const code = await child.exited;
  const seconds = (performance.now() - started) / 1000;
  if (code !== 0) throw new Error(`${command.join(" ")} exited with ${code}: ${await child.stderr.text()}`);
  const usage = child.resourceUsage();
  return { seconds, cpu: Number(usage?.cpuTime.total ?? 0) / 1e6, memory: usage?.maxRSS ?? 0 };
}
