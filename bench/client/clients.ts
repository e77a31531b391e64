/** Where a case reads and writes. */
export interface Task {
  /** `host:port/name` */
  readonly from: string;
  readonly tag: string;
  /** `host:port/name` */
  readonly to: string;
  readonly folder: string;
}

/** `old`: another executable of opm, e.g. of an earlier version. */
export type ClientName = "opm" | "old" | "crane" | "skopeo" | "oras" | "regctl";

/** A client under comparison: how it does each task, undefined where it has no way to. */
export interface BenchClient {
  readonly name: ClientName;
  readonly version: readonly string[];
  readonly help: readonly string[];
  /** The content of one platform, onto the disk. */
  readonly pull: (task: Task) => readonly string[];
  /** All platforms, into an OCI layout. */
  readonly copyToFolder: (task: Task) => readonly string[];
  /** All platforms, to another registry. */
  readonly copy: (task: Task) => readonly string[];
}

const OPM: Omit<BenchClient, "name"> = {
  version: ["version"],
  help: ["--help"],
  pull: ({ from, tag, folder }) => ["pull", "--quiet", "--platform", "linux/amd64", "--output", folder, `${from}:${tag}`],
  copyToFolder: ({ from, tag, folder }) => ["copy", "--quiet", `${from}:${tag}`, `oci:${folder}:${tag}`],
  copy: ({ from, tag, to }) => ["copy", "--quiet", `${from}:${tag}`, `${to}:${tag}`],
};

export const CLIENTS: readonly BenchClient[] = [
  { name: "opm", ...OPM },
  { name: "old", ...OPM },
  {
    name: "crane",
    version: ["version"],
    help: ["--help"],
    pull: ({ from, tag, folder }) => ["pull", "--format", "oci", "--platform", "linux/amd64", `${from}:${tag}`, folder],
    copyToFolder: ({ from, tag, folder }) => ["pull", "--format", "oci", `${from}:${tag}`, folder],
    copy: ({ from, tag, to }) => ["copy", `${from}:${tag}`, `${to}:${tag}`],
  },
  {
    name: "skopeo",
    version: ["--version"],
    help: ["--help"],
    pull: ({ from, tag, folder }) => [...SKOPEO, "--override-arch", "amd64", ...COPY, `docker://${from}:${tag}`, `oci:${folder}:${tag}`],
    copyToFolder: ({ from, tag, folder }) => [...SKOPEO, ...COPY, "--all", `docker://${from}:${tag}`, `oci:${folder}:${tag}`],
    copy: ({ from, tag, to }) => [...SKOPEO, ...COPY, "--all", `docker://${from}:${tag}`, `docker://${to}:${tag}`],
  },
  {
    // its pull leaves out layers without a file name, so it copies
    name: "oras",
    version: ["version"],
    help: ["--help"],
    pull: ({ from, tag, folder }) => [...ORAS, "--platform", "linux/amd64", "--to-oci-layout", `${from}:${tag}`, `${folder}:${tag}`],
    copyToFolder: ({ from, tag, folder }) => [...ORAS, "--to-oci-layout", `${from}:${tag}`, `${folder}:${tag}`],
    copy: ({ from, tag, to }) => [...ORAS, "--to-plain-http", `${from}:${tag}`, `${to}:${tag}`],
  },
  {
    name: "regctl",
    version: ["version"],
    help: ["--help"],
    pull: ({ from, tag, folder }) => [...regctl(from), "--platform", "linux/amd64", `${from}:${tag}`, `ocidir://${folder}:${tag}`],
    copyToFolder: ({ from, tag, folder }) => [...regctl(from), `${from}:${tag}`, `ocidir://${folder}:${tag}`],
    copy: ({ from, tag, to }) => [...regctl(from, to), `${from}:${tag}`, `${to}:${tag}`],
  },
];

const ORAS = ["copy", "--no-tty", "--from-plain-http"];

/** @param names of repositories whose registries have no TLS */
function regctl(...names: readonly string[]): readonly string[] {
  return [...names.flatMap((name) => ["--host", `reg=${name.slice(0, name.indexOf("/"))},tls=disabled`]), "image", "copy"];
}

const SKOPEO = ["--insecure-policy"];
const COPY = ["copy", "--quiet", "--src-tls-verify=false", "--dest-tls-verify=false", "--preserve-digests"];
