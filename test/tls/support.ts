import type { Socket } from "node:net";
import { join } from "node:path";
import type { CertificateFiles } from "../../src/server/tls/load-certificate.ts";

/** A certificate for `<name>.example`, of its own authority. */
export function certificateFiles(name: "first" | "second"): CertificateFiles {
  const path = join(import.meta.dir, "certificates", name);
  return { certificate: `${path}.crt`, key: `${path}.key` };
}

/** Everything that comes until the connection ends, or until `enough` does. */
export function received(socket: Socket, enough?: RegExp, send?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    const timer = setTimeout(() => reject(new Error(`still open after 50 s: ${text}`)), 50_000);
    const onData = (bytes: Buffer) => {
      text += bytes.toString("latin1");
      if (enough?.test(text)) done();
    };
    const done = () => {
      clearTimeout(timer);
      socket.off("data", onData).off("close", done);
      resolve(text);
    };
    socket
      .on("data", onData)
      .on("close", done)
      .on("error", () => {});
    if (send !== undefined) socket.write(send);
  });
}
