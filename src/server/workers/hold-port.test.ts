import { expect, test } from "bun:test";
import type { SocketHandler } from "bun";
import { sharing } from "../transport/accept.ts";
import { holdPort } from "./hold-port.ts";

const socket: SocketHandler = { open: (client) => void client.end(), data() {} };

const listen = (port: number, reusePort: boolean, hostname = "127.0.0.1"): string => {
  try {
    Bun.listen({ hostname, port, ...sharing(reusePort), socket }).stop(true);
    return "listens";
  } catch (error) {
    return error instanceof Error && "code" in error ? String(error.code) : String(error);
  }
};

const connect = (port: number): Promise<string> =>
  Bun.connect({ hostname: "127.0.0.1", port, socket: { data() {} } }).then(
    (client) => {
      client.end();
      return "connected";
    },
    (error: unknown) => (error instanceof Error && "code" in error ? String(error.code) : String(error)),
  );

test.each(["127.0.0.1", "", "0.0.0.0"])("who does not share gets nothing of the port, workers do: host '%s'", async (host) => {
  const { port, release } = await holdPort({ host, port: 0 });
  expect(await connect(port)).toBe("ECONNREFUSED");
  for (let round = 0; round < 2; round++) {
    expect(listen(port, false)).toBe("EADDRINUSE");
    expect(await holdPort({ host, port }).catch((error: { code: string }) => error.code)).toBe("EADDRINUSE");
    const workers = [0, 1].map(() => Bun.listen({ hostname: host || "::", port, ...sharing(true), socket }));
    expect(listen(port, false)).toBe("EADDRINUSE");
    // Nothing is lost to the socket that holds the port.
    expect(new Set(await Promise.all(Array.from({ length: 50 }, () => connect(port))))).toEqual(new Set(["connected"]));
    for (const worker of workers) worker.stop(true);
  }
  release();
  expect(listen(port, false)).toBe("listens");
});

test("a port that somebody has is refused, and an address that nobody has", async () => {
  const other = Bun.listen({ hostname: "127.0.0.1", port: 0, socket });
  expect(await holdPort({ host: "127.0.0.1", port: other.port }).catch((error: { code: string }) => error.code)).toBe("EADDRINUSE");
  other.stop(true);
  expect(await holdPort({ host: "203.0.113.1", port: 0 }).catch((error: { code: string }) => error.code)).toBe("EADDRNOTAVAIL");
});
