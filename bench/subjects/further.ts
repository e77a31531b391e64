import { extname, join } from "node:path";
import type { StartOptions, Subject } from "../subject.ts";

/** Variables that name further peers: `OPM_BENCH_PEER_<NAME>`, the name in capitals and digits. */
const VARIABLE = /^OPM_BENCH_PEER_([A-Z0-9]+)$/;

/**
 * Registries that whoever measures has built, out of the environment. `OPM_BENCH_PEER_<NAME>` is the command, `…_CONFIG` the path of a
 * template of its configuration, `…_TLS_CONFIG` that of one for TLS, `…_VERSION` its version. In command and templates stand
 * `{port}`, `{data}`, `{certificate}` and `{key}`; in the command also `{config}`, the file that was made of the template.
 * @throws Error for a command that cannot know where to listen or where to keep its data, or names a file that is not there
 */
export function furtherPeers(environment: Readonly<Record<string, string | undefined>>): Subject[] {
  return Object.entries(environment).flatMap(([variable, command]) => {
    const name = VARIABLE.exec(variable)?.[1];
    if (name === undefined || command === undefined || command === "") return [];
    const of = (suffix: string) => environment[`${variable}_${suffix}`];
    return [furtherPeer(variable, { name: name.toLowerCase(), command, config: of("CONFIG"), secured: of("TLS_CONFIG"), version: of("VERSION") })];
  });
}

interface Peer {
  readonly name: string;
  readonly command: string;
  readonly config: string | undefined;
  readonly secured: string | undefined;
  readonly version: string | undefined;
}

function furtherPeer(variable: string, { name, command, config, secured, version = "unknown" }: Peer): Subject {
  if (config === undefined && !command.includes("{port}")) {
    throw new Error(`${variable} has no {port}: put it into the command, or into a template that ${variable}_CONFIG names`);
  }
  if (config !== undefined && !command.includes("{config}")) {
    throw new Error(`${variable} has no {config}: say in the command where the file made of ${variable}_CONFIG goes`);
  }
  return {
    name,
    version,
    kind: "peer",
    async prepare(options) {
      const template = options.tls ? secured : config;
      if (options.tls && template === undefined) throw new Error(`${variable}_TLS_CONFIG is not set`);
      const values = { ...placeholders(options), config: join(options.folder, `config${extname(template ?? "")}`) };
      if (template !== undefined) await Bun.write(values.config, fill(await Bun.file(template).text(), values));
      // The shell splits the command as whoever wrote it expects; `exec`, so that what is measured is the server.
      return { command: ["/bin/sh", "-c", `exec ${fill(command, values)}`], ready: "/v2/" };
    },
  };
}

function placeholders({ folder, port, tls }: StartOptions): Record<string, string> {
  return { port: String(port), data: join(folder, "data"), ...(tls && { certificate: tls.certificate, key: tls.key }) };
}

/** Other braces stay: configurations are full of them. */
function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\{([a-z]+)\}/g, (whole, name: string) => values[name] ?? whole);
}
