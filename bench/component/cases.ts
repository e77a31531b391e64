import { COMPONENT, IMAGE, SUB_PATH } from "./content.ts";

/** Where a case reads and writes. */
export interface Places {
  /** `127.0.0.1:<port>` of the registry that has the content, and of an empty one. */
  readonly source: string;
  readonly target: string;
  /** An empty folder, and another that holds what `before` left. */
  readonly folder: string;
}

export type ClientName = "opm" | "skopeo";

type Commands = Readonly<Record<ClientName, (places: Places) => readonly string[]>>;

export interface ComponentCase {
  readonly name: string;
  readonly title: string;
  /** Done once before, not measured. */
  readonly before?: Commands;
  readonly run: Commands;
  /** As a part of the time of another case of the same client. */
  readonly share?: { readonly of: string; readonly most: number };
}

const component = ({ source }: Places) => `http://${source}/${SUB_PATH}//${COMPONENT.name}:${COMPONENT.version}`;
const registry = ({ target }: Places) => `http://${target}/${SUB_PATH}`;
const transfer = (from: string, to: string) => ["component", "transfer", "--quiet", from, to];
const image = (host: string) => `docker://${host}/${IMAGE}:${COMPONENT.version}`;
const copy = (from: string, to: string) => [
  "--insecure-policy",
  "copy",
  "--quiet",
  "--src-tls-verify=false",
  "--dest-tls-verify=false",
  "--preserve-digests",
  from,
  to,
];
const archive = ({ folder }: Places) => `oci-archive:${folder}/image.tar:${COMPONENT.version}`;

const toRegistry: Commands = {
  opm: (places) => transfer(component(places), registry(places)),
  skopeo: ({ source, target }) => copy(image(source), image(target)),
};

function toFile(file: string): Commands {
  return { opm: (places) => transfer(component(places), `${places.folder}/${file}`), skopeo: (places) => copy(image(places.source), archive(places)) };
}

function fromFile(file: string): Commands {
  return { opm: (places) => transfer(`${places.folder}/${file}`, registry(places)), skopeo: (places) => copy(archive(places), image(places.target)) };
}

/** skopeo writes tar files only: it stands beside both kinds. */
export const CASES: readonly ComponentCase[] = [
  { name: "registry", title: "registry to registry", run: toRegistry },
  { name: "again", title: "the same again", before: toRegistry, run: toRegistry, share: { of: "registry", most: 0.1 } },
  { name: "to-tar", title: "registry to tar", run: toFile("bench.tar") },
  { name: "from-tar", title: "tar to registry", before: toFile("bench.tar"), run: fromFile("bench.tar") },
  { name: "to-tgz", title: "registry to tgz (skopeo: tar)", run: toFile("bench.tgz") },
  { name: "from-tgz", title: "tgz to registry (skopeo: tar)", before: toFile("bench.tgz"), run: fromFile("bench.tgz") },
];
