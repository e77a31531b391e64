import type { Platform } from "../oci/descriptor.ts";
import type { ManifestEdge, ParsedManifest } from "../oci/manifest.ts";
import { ClientError } from "./client-error.ts";

/** A platform as users write it: `os/arch[/variant]`. */
export interface PlatformChoice {
  readonly os: string;
  readonly architecture: string;
  readonly variant: string | undefined;
}

/** Names that other tools have for an architecture (containerd, platforms). */
const ARCHITECTURES: Readonly<Record<string, Pick<PlatformChoice, "architecture" | "variant">>> = {
  x86_64: { architecture: "amd64", variant: undefined },
  "x86-64": { architecture: "amd64", variant: undefined },
  aarch64: { architecture: "arm64", variant: undefined },
  armhf: { architecture: "arm", variant: "v7" },
  armel: { architecture: "arm", variant: "v6" },
  i386: { architecture: "386", variant: undefined },
  i686: { architecture: "386", variant: undefined },
};

const PART = /^[A-Za-z0-9_.-]{1,64}$/;

/** Parses `os/arch[/variant]`. @throws ClientError `invalid` */
export function parsePlatform(text: string): PlatformChoice {
  const parts = text.split("/");
  const [os = "", arch = "", variant] = parts;
  if (parts.length < 2 || parts.length > 3 || !parts.every((part) => PART.test(part))) {
    throw new ClientError("invalid", `invalid platform '${text.slice(0, 100)}': expected os/arch or os/arch/variant, e.g. linux/amd64`);
  }
  const alias = ARCHITECTURES[arch.toLowerCase()];
  const architecture = alias?.architecture ?? arch.toLowerCase();
  return { os: os.toLowerCase(), architecture, variant: variant?.toLowerCase() ?? alias?.variant };
}

export function formatPlatform({ os, architecture, variant }: Pick<Platform, "os" | "architecture" | "variant">): string {
  return variant === undefined || variant === "" ? `${os}/${architecture}` : `${os}/${architecture}/${variant}`;
}

/** True where something for `platform` runs on `choice`; a choice without a variant takes each. */
function matchesPlatform(platform: Platform, choice: PlatformChoice): boolean {
  if (platform.os.toLowerCase() !== choice.os || platform.architecture.toLowerCase() !== choice.architecture) return false;
  return choice.variant === undefined || canonicalVariant(platform) === choice.variant || (choice.variant === "v8" && canonicalVariant(platform) === undefined);
}

/**
 * The child of an index that is for a platform.
 * @param name of the index, for messages
 * @throws ClientError `not-found` with the platforms that there are
 */
export function selectPlatform(index: ParsedManifest, choice: PlatformChoice, name: string): ManifestEdge {
  const children = index.edges.filter(({ kind }) => kind === "child");
  const fitting = children.filter(({ platform }) => platform !== undefined && matchesPlatform(platform, choice));
  const exact = fitting.find(({ platform }) => (platform?.variant || undefined) === choice.variant);
  const found = exact ?? fitting[0];
  if (found !== undefined) return found;
  const there = [...new Set(children.flatMap(({ platform }) => (platform === undefined ? [] : [formatPlatform(platform)])))];
  const list = there.length === 0 ? "it names no platforms" : `it has ${there.slice(0, 20).join(", ")}`;
  throw new ClientError("not-found", `${name} has nothing for ${formatPlatform({ ...choice, variant: choice.variant })}: ${list}`);
}

function canonicalVariant({ variant }: Platform): string | undefined {
  return variant?.toLowerCase() || undefined;
}
