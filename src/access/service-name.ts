/** Name of this registry in challenges and bearer tokens: the host of its public URL, if it has one. */
export function serviceName(publicUrl: string | undefined): string {
  return publicUrl === undefined ? "opm" : new URL(publicUrl).host;
}
