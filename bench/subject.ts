/** The servers that are compared. The last is no registry: it shows what the machine can do. */
export const SUBJECTS = ["opm", "distribution", "zot", "nginx"] as const;

export type SubjectName = (typeof SUBJECTS)[number];

export interface StartOptions {
  /** Empty, of the server's own; removed by the caller. */
  readonly folder: string;
  /** What is acknowledged is on the disk, as far as the server can promise that. */
  readonly durable: boolean;
}

/** A server that runs. */
export interface Running {
  readonly name: SubjectName;
  /** `127.0.0.1:port`. */
  readonly address: string;
  readonly pid: number;
  /** Value of the Authorization header of pushes. */
  readonly authorization: string | undefined;
  stop(): Promise<void>;
}
