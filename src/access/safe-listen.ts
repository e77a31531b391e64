import { isIPv4, isIPv6 } from "node:net";

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

/** True for addresses that only this machine reaches: 127.0.0.0/8, ::1 and localhost. */
export function isLoopback(host: string): boolean {
  const address = host
    .replace(/^\[(.*)\]$/, "$1")
    .replace(/%.*$/, "")
    .toLowerCase();
  if (address === "localhost") return true;
  if (isIPv4(address)) return address.startsWith("127.");
  return isIPv6(address) && /^\[::(?:1|ffff:7f[0-9a-f]{2}:[0-9a-f]{1,4})\]$/.test(new URL(`http://[${address}]`).hostname);
}
