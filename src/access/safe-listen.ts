import { isLoopback } from "../oci/loopback.ts";

/**
 * Refuses to serve a network without access control.
 * @param listenHost host part of the listening address; empty: all addresses
 * @throws Error naming the settings that would do
 */
export function assertSafeToListen({ listenHost, grants }: { readonly listenHost: string; readonly grants: readonly unknown[] | undefined }): void {
  if (grants !== undefined || isLoopback(listenHost)) return;
  const where = listenHost === "" ? "every address of this machine" : listenHost;
  throw new Error(
    `refusing to listen on ${where} without access control: everybody who reaches it could push and delete. ` +
      "Set access.grants (and add accounts with `opm user add` or access.htpasswd), or set listen to 127.0.0.1:<port>",
  );
}
