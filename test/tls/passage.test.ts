import { expect, test } from "bun:test";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { connect } from "node:net";
import { connect as connectSecure } from "node:tls";
import { emptyReply } from "../../src/server/http.ts";
import { listen } from "../../src/server/node/listener.ts";
import { loadCertificate } from "../../src/server/tls/load-certificate.ts";
import { certificateFiles, received } from "./support.ts";

const REQUEST = "GET /v2/ HTTP/1.1\r\nHost: localhost\r\n\r\n";
const LISTENING = "0A";

interface Entry {
  readonly local: string;
  readonly localPort: number;
  readonly remotePort: number;
  readonly state: string;
}

/** The connections of this process and where it listens, as the kernel has them. */
function sockets(): Entry[] {
  const own = new Set(readdirSync("/proc/self/fd").map((fd) => linkOf(`/proc/self/fd/${fd}`)));
  return ["/proc/net/tcp", "/proc/net/tcp6"].flatMap((table) =>
    readFileSync(table, "latin1")
      .split("\n")
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => own.has(`socket:[${fields[9]}]`))
      .map(([, local = "", remote = "", state = ""]) => ({ local, localPort: portOf(local), remotePort: portOf(remote), state })),
  );
}

/** What is open now need not be a moment later. */
function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}

function portOf(address: string): number {
  return Number.parseInt(address.split(":").at(-1) ?? "", 16);
}

test("node:http behind the TLS front serves nobody else, be it from a port that the front has too, at another loopback address", async () => {
  const { context } = await loadCertificate(certificateFiles("first"));
  const served: string[] = [];
  const before = new Set(sockets().map(({ localPort }) => localPort));
  const listener = await listen({
    host: "127.0.0.1",
    port: 0,
    idle: 5000,
    headerTime: 5000,
    headerSize: 16_384,
    certificate: { current: () => context },
    async handle({ remote }) {
      served.push(remote);
      return emptyReply(200);
    },
  });
  const client = connectSecure({ host: "127.0.0.1", port: listener.port, rejectUnauthorized: false });
  try {
    expect(await received(client, /200 OK/, REQUEST)).toContain("200 OK");
    const inside = sockets().filter(({ localPort, state }) => state === LISTENING && localPort !== listener.port && !before.has(localPort));
    expect(inside).toHaveLength(1);
    const port = inside[0]?.localPort ?? 0;
    const from = sockets().find(({ remotePort }) => remotePort === port)?.localPort ?? 0;
    expect(from).toBeGreaterThan(0);
    for (const localAddress of ["127.0.0.2", "127.5.5.5"]) {
      expect(await received(connect({ host: "127.0.0.1", port, localAddress, localPort: from }), undefined, REQUEST)).toBe("");
    }
    expect(await received(connect({ host: "127.0.0.1", port }), undefined, REQUEST)).toBe("");
    expect(served).toEqual(["127.0.0.1"]);
    // The front's own connection goes on.
    expect(await received(client, /200 OK/, REQUEST)).toContain("200 OK");
  } finally {
    client.destroy();
    await listener.stop();
  }
});
