/**
 * True for a symbolic link in a folder that could lead out of it once it is followed. Only steps up at the beginning of a target are
 * taken: after a step down, which may be a link itself, nobody can say where a step up leads.
 * @param path of the link below the folder, e.g. `bin/tool`
 */
export function leadsOut(path: string, target: string): boolean {
  if (target === "" || target.startsWith("/") || target.includes("\\") || target.includes("\0")) return true;
  const parts = target.split("/").filter((part) => part !== "" && part !== ".");
  const down = parts.findIndex((part) => part !== "..");
  const ups = down < 0 ? parts.length : down;
  return ups > path.split("/").length - 1 || parts.slice(ups).includes("..");
}
