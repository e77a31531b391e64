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

/** The one of several platforms that suits best; undefined where none does. */
export function bestPlatform(wanted: Platform, there: readonly Platform[]): Platform | undefined {
  return rankByPlatform(wanted, there, (platform) => platform)[0];
}

/**
 * A filter by platforms, by any of their names: whether one of them suits one of those that something is for.
 * @param wanted `os/architecture[/variant]`; what is none suits nothing
 */
export function platformFilter(wanted: readonly string[]): (there: readonly string[]) => boolean {
  const asked = wanted.map(parsePlatform).filter((platform) => platform !== undefined);
  // many manifests are for the same few
  const answers = new Map<string, boolean>();
  const suits = (text: string): boolean => {
    const platform = parsePlatform(text);
    const answer = platform !== undefined && asked.some((each) => platformMatch(each, platform) > 0);
    answers.set(text, answer);
    return answer;
  };
  return (there) => there.some((text) => answers.get(text) ?? suits(text));
}

/** Platforms that are shown of one artifact. */
const SHOWN = 100;

/** `os/architecture[/variant]` of those that something runs on, each once, the first hundred in their order. */
export function runnablePlatforms(platforms: readonly (Platform | undefined)[]): string[] {
  const runnable = platforms.filter((platform) => platform !== undefined).filter(isRunnable);
  return [...new Set(runnable.map((platform) => formatPlatform(platform)))].slice(0, SHOWN);
}

/** False for the platform that attestations have in an index and in their configs (BuildKit): nothing runs on it. */
export function isRunnable({ os, architecture }: Pick<Platform, "os" | "architecture">): boolean {
  return os !== "unknown" && architecture !== "unknown";
}
