import { InvalidArgumentError } from "commander";
import type { Platform } from "../../oci/descriptor.ts";
import { formatPlatform, parsePlatform } from "../../oci/platform.ts";

/** How every command names the option. */
export const PLATFORM_OPTION = "-p, --platform <os/arch>";

/** For an option that takes one platform, by any of its names. */
export function parsePlatformOption(text: string): Platform {
  const platform = parsePlatform(text);
  if (platform === undefined) throw new InvalidArgumentError("Expected os/architecture or os/architecture/variant, e.g. linux/amd64.");
  return platform;
}

/** For an option that takes several platforms; gives their usual names, which a registry of any version knows. */
export function collectPlatforms(text: string, previous: readonly string[] = []): string[] {
  return [...previous, formatPlatform(parsePlatformOption(text))];
}
