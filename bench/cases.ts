import type { Case } from "./case.ts";
import { blob1k } from "./cases/blob-1k.ts";
import { blob1m } from "./cases/blob-1m.ts";
import { blob256m } from "./cases/blob-256m.ts";
import { connections } from "./cases/connections.ts";
import { diskPush4k } from "./cases/disk-push-4k.ts";
import { diskPush16m } from "./cases/disk-push-16m.ts";
import { firstSecond } from "./cases/first-second.ts";
import { manifestDigest } from "./cases/manifest-digest.ts";
import { manifestTag } from "./cases/manifest-tag.ts";
import { manyCatalog } from "./cases/many-catalog.ts";
import { manyRepositories } from "./cases/many-repositories.ts";
import { mixedDay } from "./cases/mixed-day.ts";
import { push4k } from "./cases/push-4k.ts";
import { push16m } from "./cases/push-16m.ts";
import { push16mChunks } from "./cases/push-16m-chunks.ts";
import { pushImage } from "./cases/push-image.ts";
import { referrers } from "./cases/referrers.ts";
import { smallDuringLarge } from "./cases/small-during-large.ts";
import { smallDuringPushes } from "./cases/small-during-pushes.ts";
import { tags } from "./cases/tags.ts";
import { tlsBlob1k } from "./cases/tls-blob-1k.ts";
import { tlsManifestDigest } from "./cases/tls-manifest-digest.ts";
import { tlsManifestTag } from "./cases/tls-manifest-tag.ts";
import { tlsPush4k } from "./cases/tls-push-4k.ts";
import { tlsTags } from "./cases/tls-tags.ts";

/** In the order of the tables. */
export const CASES: readonly Case[] = [
  blob1k,
  manifestTag,
  manifestDigest,
  tags,
  referrers,
  blob1m,
  blob256m,
  smallDuringLarge,
  connections,
  tlsBlob1k,
  tlsManifestTag,
  tlsManifestDigest,
  tlsTags,
  tlsPush4k,
  manyRepositories,
  manyCatalog,
  // The server that it leaves behind is a young one: the last of its group.
  firstSecond,
  smallDuringPushes,
  mixedDay,
  push4k,
  push16m,
  push16mChunks,
  pushImage,
  diskPush4k,
  diskPush16m,
];
