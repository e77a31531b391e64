/** What a component version is called in messages: `acme.org/app:1.0.0`. */
export function versionLabel({ name, version }: { readonly name: string; readonly version: string }): string {
  return `${name}:${version}`;
}
