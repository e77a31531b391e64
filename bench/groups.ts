/** What cases share: servers that are started anew, with content, in a folder. */
export interface Group {
  /** memory: on a tmpfs, where syncing is free for all. disk: with files synced. */
  readonly store: "memory" | "disk";
  /** What is there to be read: all of it; small blobs and manifests alone; these and many repositories, or blobs of 16 MiB; nothing. */
  readonly content: "all" | "small" | "many" | "layers" | "none";
  readonly tls?: true;
}

/** In the order in which they run. */
export const GROUPS = {
  reads: { store: "memory", content: "all" },
  tls: { store: "memory", content: "small", tls: true },
  many: { store: "memory", content: "many" },
  day: { store: "memory", content: "small" },
  pushes: { store: "memory", content: "none" },
  images: { store: "memory", content: "none" },
  disk: { store: "disk", content: "none" },
  // Of `npm run bench:scale`: what is stored elsewhere does not lie in the folder.
  scale: { store: "memory", content: "layers" },
} as const satisfies Readonly<Record<string, Group>>;

export type GroupName = keyof typeof GROUPS;
