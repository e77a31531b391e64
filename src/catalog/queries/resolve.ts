import type { z } from "zod";
import type { Resolution, resolveQuery } from "../../api/tags.ts";
import { RegistryError } from "../../oci/errors.ts";
import type { RepositoryName } from "../../oci/name.ts";
import { parsePlatform } from "../../oci/platform.ts";
import { parseTag } from "../../oci/tag.ts";
import { unknownRepository } from "../../registry/blobs.ts";
import type { MetadataPorts } from "../../storage/metadata/store.ts";
import type { TagRow } from "../../storage/metadata/tags.ts";
import type { Catalog } from "../catalog.ts";
import { platformManifest } from "./platform-manifest.ts";
import { scanVersions } from "./scan-versions.ts";
import { descriptorOf } from "./tag-document.ts";
import { requireRange } from "./version-range.ts";

type Wanted = z.output<typeof resolveQuery>;

/** A tag that suits, and its manifest for the platform. */
interface Found {
  readonly row: TagRow;
  readonly platform: Resolution["platform"];
}

/**
 * The digest for a tag, or for the highest version of a range that has the platform. With neither it is the latest
 * version, else the tag `latest`, else the latest pre-release.
 * @throws RegistryError `VERSION_UNKNOWN` that says what was looked for, `NAME_UNKNOWN`, `PARAMETER_INVALID`, `VERSION_RANGE_INVALID`
 */
export async function resolveVersion({ metadata }: Catalog, name: RepositoryName, wanted: Wanted): Promise<Resolution> {
  if (wanted.range !== undefined && wanted.tag !== undefined) {
    throw new RegistryError("PARAMETER_INVALID", "parameters range and tag exclude each other: give one of them", { detail: { parameter: "range" } });
  }
  const found = await find(metadata, name, wanted);
  if (found === undefined) throw await nothingSuits(metadata, name, wanted);
  const { row, platform } = found;
  const { manifest } = row;
  return { name, tag: row.tag, version: row.version ?? null, descriptor: descriptorOf(manifest), platform, contentType: manifest.type ?? null };
}

async function find(metadata: MetadataPorts, name: RepositoryName, wanted: Wanted): Promise<Found | undefined> {
  if (wanted.tag !== undefined) return byTag(metadata, name, wanted.tag, wanted);
  const version = await byRange(metadata, name, wanted, wanted.prerelease);
  if (version !== undefined || wanted.range !== undefined) return version;
  return (await byTag(metadata, name, "latest", wanted)) ?? byRange(metadata, name, wanted, true);
}

async function byTag(metadata: MetadataPorts, name: RepositoryName, tag: string, wanted: Wanted): Promise<Found | undefined> {
  const row = await metadata.tags.row(name, parseTag(tag));
  return row && suited(metadata, name, row, wanted);
}

async function byRange(metadata: MetadataPorts, name: RepositoryName, wanted: Wanted, prereleases: boolean | undefined): Promise<Found | undefined> {
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
  return found;
}

async function suited(metadata: MetadataPorts, name: RepositoryName, row: TagRow, { platform, type }: Wanted): Promise<Found | undefined> {
  if (type !== undefined && !type.includes(row.manifest.type ?? "")) return undefined;
  const asked = platform === undefined ? undefined : parsePlatform(platform);
  if (asked === undefined) return { row, platform: null };
  const manifest = await platformManifest(metadata, name, row.manifest, asked);
  return manifest && { row, platform: manifest };
}

async function nothingSuits(metadata: MetadataPorts, name: RepositoryName, { range, tag, platform, prerelease, type }: Wanted): Promise<RegistryError> {
  if ((await metadata.repositories.find(name)) === undefined) return unknownRepository(name);
  const what = tag !== undefined ? `tag ${tag}` : range !== undefined ? `version in ${range}` : "version and no tag latest";
  const conditions = [platform && `for ${platform}`, type && `of type ${type.join(" or ")}`].filter((condition) => condition !== undefined);
  const latest = (await metadata.packages.find(name))?.latest?.tag;
  const unnamed = tag === undefined && range === undefined && conditions.length === 0;
  const advice = latest === undefined ? "it has no tags" : unnamed ? `name a tag, e.g. ${latest}` : `its latest is ${latest}`;
  return new RegistryError("VERSION_UNKNOWN", `repository ${name} has no ${[what, ...conditions].join(" ")}; ${advice}`, {
    detail: { range, tag, platform, prerelease, type },
  });
}
