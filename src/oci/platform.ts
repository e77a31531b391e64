import type { Platform } from "./descriptor.ts";

/** What a platform is written as: `os/architecture[/variant]`, in any case and with the names of {@link ALIASES}. */
export const PLATFORM_TEXT = /^[A-Za-z0-9_.-]{1,64}\/[A-Za-z0-9_.-]{1,64}(?:\/[A-Za-z0-9_.-]{1,64})?$/;

/** Names that other tools, `uname -m` and Node have for architectures (image-spec, image-index.md, takes those of Go). */
const ALIASES: ReadonlyMap<string, readonly [architecture: string, variant?: string]> = new Map([
  ["x86_64", ["amd64"]],
  ["x86-64", ["amd64"]],
  ["x64", ["amd64"]],
  ["aarch64", ["arm64"]],
  ["armhf", ["arm", "v7"]],
  ["armv7l", ["arm", "v7"]],
  ["armel", ["arm", "v6"]],
  ["armv6l", ["arm", "v6"]],
  ["i386", ["386"]],
  ["i686", ["386"]],
  ["ia32", ["386"]],
]);

const OS_ALIASES: ReadonlyMap<string, string> = new Map([["macos", "darwin"]]);

/** Variants that mean the same as none (image-spec, image-index.md, "Platform Variants"). */
const DEFAULT_VARIANTS: ReadonlySet<string> = new Set(["amd64/v1", "arm64/v8", "arm/v7"]);

/** `os/architecture[/variant]`, as tools write it. */
export function formatPlatform({ os, architecture, variant }: Platform): string {
  return variant === undefined || variant === "" ? `${os}/${architecture}` : `${os}/${architecture}/${variant}`;
}

/** Reads `os/architecture[/variant]` and gives it by its usual names, see {@link normalizePlatform}; undefined when it is none. */
export function parsePlatform(text: string): Platform | undefined {
  if (!PLATFORM_TEXT.test(text)) return undefined;
  const [os = "", architecture = "", variant] = text.split("/");
  return normalizePlatform(variant === undefined ? { os, architecture } : { os, architecture, variant });
}

/** The same platform by the names of Go in lower case: `Linux/aarch64` is `linux/arm64`, `linux/armhf` is `linux/arm/v7`. Other fields are kept. */
export function normalizePlatform({ os, architecture, variant, ...rest }: Platform): Platform {
  const system = os.toLowerCase();
  const [name, implied] = ALIASES.get(architecture.toLowerCase()) ?? [architecture.toLowerCase()];
  const version = variantOf(variant) ?? implied;
  return { os: OS_ALIASES.get(system) ?? system, architecture: name, ...(version !== undefined && { variant: version }), ...rest };
}

/** In lower case, and with the `v` that some leave out of `arm/7`. */
function variantOf(variant: string | undefined): string | undefined {
  if (variant === undefined || variant === "") return undefined;
  return /^[0-9]{1,3}$/.test(variant) ? `v${variant}` : variant.toLowerCase();
}

/**
 * How well what is there suits what is wanted, whatever names both are written by: 2 the same, 1 suits (the wanted platform names
 * no variant, or one of both has the architecture's default variant), 0 not at all.
 */
export function platformMatch(wanted: Platform, there: Platform): 0 | 1 | 2 {
  const [asked, has] = [normalizePlatform(wanted), normalizePlatform(there)];
  if (asked.os !== has.os || asked.architecture !== has.architecture) return 0;
  if (asked.variant === has.variant) return 2;
  if (asked.variant === undefined) return 1;
  return has.variant === undefined && DEFAULT_VARIANTS.has(`${asked.architecture}/${asked.variant}`) ? 1 : 0;
}

/** Those that suit a platform, the best first; of equals in their order. What names no platform suits none. */
export function rankByPlatform<T>(wanted: Platform, candidates: readonly T[], platformOf: (candidate: T) => Platform | undefined): T[] {
  return candidates
    .map((candidate) => {
      const there = platformOf(candidate);
      return { candidate, match: there === undefined ? 0 : platformMatch(wanted, there) };
    })
    .filter(({ match }) => match > 0)
    .sort((a, b) => b.match - a.match)
    .map(({ candidate }) => candidate);
}

/** Attestations ride in an index as a child of this platform (BuildKit): nothing runs on it. */
export function isRunnable({ os, architecture }: Platform): boolean {
  return os !== "unknown" && architecture !== "unknown";
}
