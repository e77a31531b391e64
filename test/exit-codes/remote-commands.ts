/** What a command says of something that is not there, by the registry that is asked; 3 and 4 of a registry that cannot be reached, and of one that lets nobody in. */
export interface RemoteCase {
  /** What is typed, with `H` for the registry. */
  readonly typed: string;
  /** Of `opm serve`, and of the registry of the CNCF. */
  readonly codes: readonly [ours: number, theirs: number];
  /** Left out where the command asks nobody before it fails. */
  readonly asks?: false;
}

const DIGEST = `sha256:${"4".repeat(64)}`;
const TYPE = "-t application/vnd.acme.note.v1";

const content = (typed: string, ours = 5, theirs = ours): RemoteCase => ({ typed, codes: [ours, theirs] });
/** What only the package API answers: other registries refuse. */
const ours = (typed: string, code: number): RemoteCase => ({ typed, codes: [code, 2] });

/** Everything that asks a registry. */
export const REMOTE_COMMANDS: readonly RemoteCase[] = [
  content(`push ${TYPE} H/has/app:1.0.0 file`, 0),
  content(`push ${TYPE} -p linux/amd64 H/has/platforms:1 file`, 0),
  { typed: `push ${TYPE} H/has/app:1.0.0 absent`, codes: [5, 5], asks: false },
  content("pull H/none/app:1 -o pulled"),
  content("pull H/has/app:9 -o pulled"),
  content("pull H/has/app:1.0.0 -t application/other -o pulled", 2),
  content("copy H/none/app:1 oci:layout"),
  { typed: "copy oci:absent:1 H/has/app", codes: [5, 5], asks: false },
  content(`attach ${TYPE} H/none/app:1 file`),
  content(`attach ${TYPE} H/has/app:9 file`),
  content(`attach ${TYPE} H/has/app:1.0.0 file`, 0),
  content("referrers H/none/app:1"),
  content("referrers H/has/app:1.0.0", 0),
  content("tag H/none/app:1 other"),
  content("tag H/has/app:1.0.0 other", 0),
  content("untag H/none/app:1"),
  content("untag H/has/app:9"),
  // the registry of the CNCF deletes no tags
  content("untag H/has/app:other", 0, 2),
  content(`delete -y H/none/app@${DIGEST}`),
  content(`delete -y H/has/app@${DIGEST}`),
  content("list H", 0),
  content("list H/none", 0),
  content("search nothing --registry H", 0),
  content("versions H/none/app"),
  content("versions H/has/app", 0),
  content("resolve H/none/app"),
  content("resolve H/has/app:9"),
  content("resolve H/has/app@^9"),
  content("inspect H/none/app:1"),
  content("inspect H/has/app:1.0.0", 0),
  content("graph H/none/app:1"),
  content("graph --up H/has/app:9"),
  content("deps H/none/app:1"),
  ours("dependents H/none/app:1", 5),
  ours("uses --registry H sha256:5015aaed40d402f06d04b0bc321cfde8c207ec0aab774b5720cb9fcb5308ea22", 0),
  ours("history H/none/app", 5),
  ours("history H/has/app", 0),
  ours("restore H/none/app:1", 5),
  ours("restore H/has/app:9", 5),
  ours("stats H", 0),
  ours("prune H/none/app --keep-last 1 --dry-run", 5),
  ours("prune H/has/app --keep-last 1 --dry-run", 0),
  ours("catalog plan -f catalog.yaml --registry H", 0),
  ours("catalog plan --check -f catalog.yaml --registry H", 6),
  ours("catalog apply -f catalog.yaml --registry H", 0),
  ours("catalog export --registry H", 0),
  ours("namespace create H/declared", 2),
  ours("namespace edit H/absent --description x", 5),
  ours("namespace delete -y H/absent", 5),
  ours("namespace list H", 0),
  ours("project create H/declared/web", 0),
  ours("project edit H/declared/absent --description x", 5),
  ours("project delete -y H/declared/absent", 5),
  ours("project list H", 0),
  ours("repository create H/declared/web/app", 0),
  ours("repository edit H/declared/absent --description x", 5),
  ours("repository delete -y H/declared/absent", 5),
  content("repository list H", 0),
  content("site build H --to site --repositories has/app", 0),
  content("site build H --to site --repositories none/*"),
  ours("type list --registry H", 0),
  ours("type add application/vnd.acme.added.v1 --registry H --title Added", 0),
  ours("type allow application/vnd.acme.* --registry H", 0),
  ours("type remove application/vnd.acme.* --registry H", 0),
  ours("type deny application/vnd.acme.denied.v1 --registry H", 0),
  ours("type remove application/vnd.acme.absent.v1 --registry H", 5),
  ours("whoami --registry H", 0),
  ours("audit --registry H", 0),
  ours("user list --registry H", 0),
  ours("user rights absent --registry H", 5),
  ours("token list --registry H", 0),
  content("mod versions lib.test/none --registry H"),
  content("mod get lib.test/none@v1.0.0 --registry H -C module"),
  content("mod mirror lib.test/none@v1.0.0 --registry H --to H/mirror"),
  content("mod bundle save modules.tar lib.test/none@v1.0.0 --registry H"),
  content("mod publish v0.1.0 --registry H -C module", 0),
  content("component get H//acme.org/none:1.0.0"),
  content("component list H//acme.org/none"),
  content("component resources H//acme.org/none:1.0.0"),
  content("component download H//acme.org/none:1.0.0 text"),
  content("component transfer H//acme.org/none:1.0.0 ./transferred"),
  content("component check H//acme.org/none:1.0.0"),
  content("component diff H//acme.org/none:1.0.0 H//acme.org/none:2.0.0"),
  content("component hash H//acme.org/none:1.0.0"),
  content("component sign H//acme.org/none:1.0.0 --name acme --key key.pem"),
  content("component verify H//acme.org/none:1.0.0 --key public.pem"),
  content("component add component.yaml --to H/delivery", 0),
  content("component verify H/delivery//acme.org/app:1.0.0 --key public.pem", 6),
];
