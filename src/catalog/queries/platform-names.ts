import { formatPlatform, parsePlatform } from "../../oci/platform.ts";

/** The usual names of the platforms of a parameter, by which storage finds them. */
export function platformNames(texts: readonly string[] | undefined): string[] | undefined {
  return texts?.map((text) => {
    const platform = parsePlatform(text);
    return platform === undefined ? text : formatPlatform(platform);
  });
}
