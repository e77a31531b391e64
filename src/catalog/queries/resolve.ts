import type { z } from "zod";
import type { Resolution, resolveQuery } from "../../api/tags.ts";
import { RegistryError } from "../../oci/errors.ts";
import type { RepositoryName } from "../../oci/name.ts";
import { parsePlatform } from "../../oci/platform.ts";
import { descriptorDocument } from "../../packages/descriptor.ts";
import { hasWantedType, resolve, TAG_OR_RANGE, unresolved } from "../../packages/resolve.ts";
import { unknownRepository } from "../../registry/blobs.ts";
import type { Ports } from "../../storage/metadata/store.ts";
import type { TagRow } from "../../storage/metadata/tags.ts";
import type { Catalog } from "../catalog.ts";
import { platformManifest } from "./platforms.ts";
import { scanVersions } from "./scan-versions.ts";
import { requireRange } from "./version-range.ts";

type Wanted = z.output<typeof resolveQuery>;

/** A tag that suits, and its manifest for the platform. */
interface Found {
  readonly row: TagRow;
  readonly platform: Resolution["platform"];
}

/**
 * The digest for a tag, or for the highest version of a range that has the platform, see `resolve`.
 * @throws RegistryError `VERSION_UNKNOWN` that says what was looked for, `NAME_UNKNOWN`, `PARAMETER_INVALID`, `VERSION_RANGE_INVALID`
 */
export async function resolveVersion(
  { metadata }: Catalog<"manifests" | "tags" | "repositories" | "packages" | "graph">,
  name: RepositoryName,
  wanted: Wanted,
): Promise<Resolution> {
  if (wanted.range !== undefined && wanted.tag !== undefined) throw new RegistryError("PARAMETER_INVALID", TAG_OR_RANGE, { detail: { parameter: "range" } });
  let looked: number | undefined;
  const found = await resolve<Found>(wanted, {
    async byTag(tag) {
      const row = await metadata.tags.row(name, tag);
      return row && suited(metadata, name, row, wanted);
    },
    async byVersion({ prerelease }) {
      const scan = await highest(metadata, name, wanted, prerelease);
      looked = scan.more ? scan.looked : looked;
      return scan.found;
    },
  });
  if (found === undefined) throw await nothingSuits(metadata, name, wanted, looked);
  const { row, platform } = found;
  const { manifest } = row;
  return { name, tag: row.tag, version: row.version ?? null, descriptor: descriptorDocument(manifest), platform, contentType: manifest.type ?? null };
}

interface Scan {
  readonly found: Found | undefined;
  /** Versions that were looked at, and whether there are more. */
  readonly looked: number;
  readonly more: boolean;
}

async function highest(metadata: Ports<"manifests" | "tags" | "graph">, name: RepositoryName, wanted: Wanted, prereleases: boolean | undefined): Promise<Scan> {
  let found: Found | undefined;
  const page = await scanVersions(metadata.tags, {
    repository: name,
    filter: { types: wanted.type },
    range: requireRange(wanted.range),
    prereleases,
    descending: true,
    limit: 1,
    firstOnly: true,
    suits: async (row) => {
      found ??= await suited(metadata, name, row, wanted);
      return found !== undefined;
    },
  });
  if (page === undefined) throw unknownRepository(name);
  return { found, looked: page.looked, more: page.next !== undefined };
}

async function suited(metadata: Ports<"manifests" | "graph">, name: RepositoryName, row: TagRow, wanted: Wanted): Promise<Found | undefined> {
  if (!hasWantedType(wanted, row.manifest.type)) return undefined;
  const asked = wanted.platform === undefined ? undefined : parsePlatform(wanted.platform);
  if (asked === undefined) return { row, platform: null };
  const manifest = await platformManifest(metadata, name, row.manifest, asked);
  return manifest && { row, platform: manifest };
}

async function nothingSuits(
  metadata: Ports<"repositories" | "packages">,
  name: RepositoryName,
  wanted: Wanted,
  looked: number | undefined,
): Promise<RegistryError> {
  if ((await metadata.repositories.find(name)) === undefined) return unknownRepository(name);
  const latest = (await metadata.packages.find(name))?.latest;
  const best = latest && { tag: latest.tag, version: latest.version !== undefined };
  const { range, tag, platform, prerelease, type } = wanted;
  return new RegistryError("VERSION_UNKNOWN", unresolved(wanted, { where: `repository ${name}`, best, looked }), {
    detail: { range, tag, platform, prerelease, type },
  });
}
