import type { Platform } from "./descriptor.ts";

/** `os/architecture[/variant]`, as tools write it. */
export function formatPlatform({ os, architecture, variant }: Platform): string {
  return variant === undefined || variant === "" ? `${os}/${architecture}` : `${os}/${architecture}/${variant}`;
}

const PLATFORM = /^[a-z0-9_.-]{1,64}\/[A-Za-z0-9_.-]{1,64}(?:\/[A-Za-z0-9_.-]{1,64})?$/;

/** Reads `os/architecture[/variant]`; undefined when it is none. */
export function parsePlatform(text: string): Platform | undefined {
  if (!PLATFORM.test(text)) return undefined;
  const [os = "", architecture = "", variant] = text.split("/");
  return variant === undefined ? { os, architecture } : { os, architecture, variant };
}

/** Variants that mean the same as none (image-spec, image-index.md, "Platform Variants"). */
const DEFAULT_VARIANTS: ReadonlySet<string> = new Set(["amd64/v1", "arm64/v8", "arm/v7"]);

/**
 * How well what is there suits what is wanted: 2 the same, 1 suits (the wanted platform names no variant, or one of both has
 * the architecture's default variant), 0 not at all.
 */
export function platformMatch(wanted: Platform, there: Platform): 0 | 1 | 2 {
  if (wanted.os !== there.os || wanted.architecture !== there.architecture) return 0;
  const [asked, has] = [wanted.variant ?? "", there.variant ?? ""];
  if (asked === has) return 2;
  if (asked === "") return 1;
  return has === "" && DEFAULT_VARIANTS.has(`${wanted.architecture}/${asked}`) ? 1 : 0;
}

/** Attestations ride in an index as a child of this platform (BuildKit): nothing runs on it. */
export function isRunnable({ os, architecture }: Platform): boolean {
  return os !== "unknown" && architecture !== "unknown";
}
