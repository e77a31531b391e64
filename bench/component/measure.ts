import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { startCountingProxy } from "../../test/support/counting-proxy.ts";
import { type BenchRegistry, startRegistry } from "../client/registries.ts";
import { type ClientSample, runClient } from "../client/run-client.ts";
import { memoryOf } from "../processes.ts";
import type { ClientName, ComponentCase, Places } from "./cases.ts";
import { pushContent } from "./content.ts";

/** Milliseconds for one command, and between looks at its memory. */
const COMMAND_LIMIT = 300_000;
const LOOK = 20;

export interface ComponentSample extends ClientSample {
  /** The most memory, in bytes. */
  readonly peak: number;
}

export interface ComponentFigures {
  readonly samples: readonly ComponentSample[];
  /** On the wire, headers included, in both directions; measured apart from the time. */
  readonly bytes: number;
}

export type Figures = ReadonlyMap<string, ReadonlyMap<ClientName, ComponentFigures>>;

export interface MeasureOptions {
  /** Executables. */
  readonly clients: ReadonlyMap<ClientName, string>;
  /** An empty folder for everything. */
  readonly root: string;
  readonly rounds: number;
  readonly say: (text: string) => void;
}

/** Every case with every client, which take turns; each has a new registry to write to. */
export async function measureComponents(cases: readonly ComponentCase[], options: MeasureOptions): Promise<Figures> {
  const source = await startRegistry([options.clients.get("opm") ?? "opm"], join(options.root, "source"));
  try {
    options.say("pushing 1 GiB");
    await pushContent(source.address);
    const figures = new Map<string, ReadonlyMap<ClientName, ComponentFigures>>();
    for (const each of cases) figures.set(each.name, await measureCase(each, source, options));
    return figures;
  } finally {
    await source.stop();
  }
}

async function measureCase(each: ComponentCase, source: BenchRegistry, options: MeasureOptions): Promise<ReadonlyMap<ClientName, ComponentFigures>> {
  const { clients, rounds, say } = options;
  const names = [...clients.keys()];
  const samples = new Map(names.map((name) => [name, [] as ComponentSample[]]));
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < names.length; turn++) {
      const name = names[(turn + round) % names.length];
      if (name === undefined) continue;
      const sample = await once(each, name, { source: source.address, options });
      say(
        `${each.name} ${round + 1}/${rounds} ${name}: ${sample.seconds.toFixed(2)} s, ${sample.cpu.toFixed(2)} s CPU, ${(sample.peak / 2 ** 20).toFixed(0)} MiB`,
      );
      samples.get(name)?.push(sample);
    }
  }
  const figures = new Map<ClientName, ComponentFigures>();
  for (const name of names) figures.set(name, { samples: samples.get(name) ?? [], bytes: await bytesOf(each, name, source, options) });
  return figures;
}

interface Running {
  readonly source: string;
  readonly options: MeasureOptions;
  /** Stands in front of the target. */
  readonly through?: (port: number) => Promise<string>;
  /** Called when what the target has already is there. */
  readonly beforehand?: () => void;
}

let runs = 0;

async function once(each: ComponentCase, name: ClientName, { source, options, through, beforehand }: Running): Promise<ComponentSample> {
  const folder = join(options.root, `run-${runs++}`);
  const opm = options.clients.get("opm") ?? "opm";
  const client = options.clients.get(name) ?? name;
  const target = await startRegistry([opm], join(folder, "target"));
  try {
    const places: Places = { source, target: (await through?.(target.port)) ?? target.address, folder };
    if (each.before !== undefined) await watchClient([client, ...each.before[name](places)], folder);
    beforehand?.();
    return await watchClient([client, ...each.run[name](places)], folder);
  } finally {
    await target.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The same through proxies that count. */
async function bytesOf(each: ComponentCase, name: ClientName, source: BenchRegistry, options: MeasureOptions): Promise<number> {
  const proxies = [await startCountingProxy(source.port)];
  const through = async (port: number) => {
    const proxy = await startCountingProxy(port);
    proxies.push(proxy);
    return proxy.host;
  };
  try {
    const beforehand = () => {
      for (const proxy of proxies) proxy.reset();
    };
    await once(each, name, { source: proxies[0]?.host ?? "", options, through, beforehand });
    return proxies.reduce((sum, proxy) => sum + proxy.sent() + proxy.received(), 0);
  } finally {
    await Promise.all(proxies.map((proxy) => proxy.close()));
  }
}

/** Runs a client, and looks at its memory meanwhile. */
async function watchClient(command: readonly string[], folder: string): Promise<ComponentSample> {
  const home = join(folder, "home");
  mkdirSync(home, { recursive: true });
  let peak = 0;
  let looks: Timer | undefined;
  const onStart = (pid: number) => {
    looks = setInterval(() => {
      try {
        peak = Math.max(peak, memoryOf(pid).peak);
      } catch {
        // it ended in the middle of the look
      }
    }, LOOK);
  };
  try {
    const sample = await runClient(command, home, { limit: COMMAND_LIMIT, onStart });
    return { ...sample, peak };
  } finally {
    clearInterval(looks);
  }
}
