/** What all commands of the cache take. */
export interface CacheOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
}

export interface PruneOptions extends CacheOptions {
  /** Seconds. */
  readonly olderThan?: number;
  readonly unused?: boolean;
  readonly dryRun?: boolean;
}

export interface CleanOptions extends CacheOptions {
  readonly yes?: boolean;
}
