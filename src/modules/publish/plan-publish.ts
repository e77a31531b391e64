import type { ContentSource, ContentTarget } from "../../client/content/content.ts";
import { repositoryContent } from "../../client/content/repository-content.ts";
import { parseRegistryHost } from "../../oci/image-reference.ts";
import { parseRepositoryName } from "../../oci/name.ts";
import { parseTag, type Tag } from "../../oci/tag.ts";
import { ModuleError } from "../helper/helper.ts";
import type { ModuleFile } from "../helper/protocol.ts";
import type { ModuleSession } from "../module-session.ts";
import { isModuleVersion } from "../module-version.ts";
import type { AddedRoute } from "../reference/snippet.ts";
import { publishTarget } from "../reference/target.ts";
import { ruleOf } from "../routing/layers.ts";
import { locateBy, routeOf } from "../routing/locate.ts";
import { isConfigured, type ModuleRouting, type Route } from "../routing/routing.ts";
import { judgeContent, judgeLocal, judgePublished, judgeTidiness, withoutTidiness } from "./checks.ts";
import { type ExistingVersion, findExisting } from "./existing-version.ts";
import { finding, judge, settle } from "./judgement.ts";
import { nextPatch, nextVersion } from "./next-version.ts";
import { type PackedModule, packModule } from "./packed-module.ts";
import { parsePublishArguments } from "./publish-arguments.ts";

export interface PublishRequest {
  /** Of the module, absolute. */
  readonly root: string;
  /** As `opm mod publish` has them. */
  readonly arguments: readonly string[];
  /** Publish in spite of cue.mod/local-module.cue, which stays behind. */
  readonly allowLocal?: boolean;
  /** Nothing is asked of the registry that the version would be in. */
  readonly unpublished?: boolean;
  /** The registry that the arguments name is spoken to without TLS. */
  readonly plainHttp?: boolean;
  readonly signal?: AbortSignal;
}

/** Where a module version is, or would be. */
export interface PublishTarget {
  readonly routing: ModuleRouting;
  readonly route: Route;
  readonly tag: Tag;
  readonly content: ContentSource & ContentTarget;
}

/** A module version that passed every check. */
export interface PublishPlan extends PublishTarget {
  /** Which rule of the routing leads there, for the end of a message. */
  readonly rule: string;
  /** What others must be told to find the module there; undefined where the configuration says so already. */
  readonly added: AddedRoute | undefined;
  readonly module: ModuleFile;
  readonly version: string;
  readonly packed: PackedModule;
  /** What the registry has under the tag: nothing, or the same. */
  readonly existing: Exclude<ExistingVersion, { readonly state: "other" }>;
  /** What a user may want to know, although it is no reason to refuse. */
  readonly notes: readonly string[];
}

/**
 * Checks all there is to check on a module before it is published. Nothing is written but files in `folder`.
 * @throws ModuleError `refused` with all reasons at once, else the first failure of a check that could not be made
 */
export async function planPublish(session: ModuleSession, folder: string, request: PublishRequest): Promise<PublishPlan> {
  const { root, signal } = request;
  const call = signal === undefined ? {} : { signal };
  const { file } = await session.helper.call("moduleFile", { root }, call);
  const { reference, version: given } = parsePublishArguments(request.arguments, file.major);
  const named = reference === undefined ? undefined : publishTarget(reference, file.path, session.routing, request);
  const targeted = named === undefined || named.routing === session.routing ? session : await session.withRouting(named.routing);
  const version = given ?? (await declaredVersion(targeted, file, request));
  const target = await targetOf(targeted, file, isModuleVersion(version) ? version : `${file.major}.0.0`);
  const [content, tidiness, packed] = await Promise.all([
    judgeContent(targeted, request),
    judgeTidiness(targeted, file, request),
    judge("files", () => packModule(targeted.helper, folder, { root, version, ...call })),
  ]);
  const [existing, published] = await Promise.all([
    judge("version", () => judgeExisting(targeted, target, packed.value, request)),
    // what does not evaluate here is told as it is here
    packed.value === undefined || content.refusals.length > 0 ? undefined : judgePublished(targeted, packed.value.files, request),
  ]);
  settle({ what: `${file.path} ${version}`, root }, [
    packed,
    withoutTidiness(content, tidiness),
    tidiness,
    judgeLocal(file, { allowed: request.allowLocal === true }),
    existing,
    ...(published === undefined ? [] : [published]),
  ]);
  if (packed.value === undefined || existing.value === undefined) throw new ModuleError("internal", "a check of the module gave nothing");
  const left = file.local ? ["cue.mod/local-module.cue is not published, though the checks went by it"] : [];
  return {
    ...target,
    rule: ruleOf(target.route),
    added: named?.added,
    module: file,
    version,
    packed: packed.value,
    existing: existing.value,
    notes: [...packed.value.notes, ...(content.value ?? []), ...(published?.value ?? []), ...left],
  };
}

/** Where a version of a module is by a routing. @throws ModuleError `invalid` where no registry has the module */
async function targetOf({ routing, client }: ModuleSession, file: ModuleFile, version: string): Promise<PublishTarget> {
  const route = routeOf(routing, file.path);
  if (route !== undefined && !isConfigured(route) && routing.unclear !== undefined) throw new ModuleError("invalid", routing.unclear);
  const location = route === undefined ? undefined : locateBy(route, file.path, version);
  if (route === undefined || location?.tag === undefined) {
    const said = route === undefined ? "" : ` (${route.origin} says 'none')`;
    throw new ModuleError(
      "invalid",
      `no registry is configured for ${file.path}${said}: name one, as in 'opm mod publish registry.example.com/modules ${version}'`,
    );
  }
  const content = repositoryContent((await client()).repository(parseRegistryHost(location.host), parseRepositoryName(location.repository)));
  return { routing, route, tag: parseTag(location.tag), content };
}

/** The version that the module says it has. @throws ModuleError `invalid` with the next free one where it says none */
async function declaredVersion(session: ModuleSession, file: ModuleFile, { root, unpublished, signal }: PublishRequest): Promise<string> {
  const { declaredVersion: declared } = (await session.helper.call("moduleFile", { root, evaluate: true }, signal === undefined ? {} : { signal })).file;
  if (declared !== undefined) return declared.startsWith("v") ? declared : `v${declared}`;
  const target = await targetOf(session, file, `${file.major}.0.0`);
  const versions = unpublished === true ? [] : await publishedVersions(target, `${file.major}.0.0`, signal);
  const next = nextVersion(versions, file.major);
  throw new ModuleError("invalid", `no version is given, and ${file.path} declares none in metadata.version: the next free one is ${next}`, {
    details: { next },
  });
}

async function judgeExisting(
  { helper }: ModuleSession,
  target: PublishTarget,
  packed: PackedModule | undefined,
  { unpublished, signal }: PublishRequest,
): Promise<PublishPlan["existing"]> {
  if (packed === undefined || unpublished === true) return { state: "none" };
  const existing = await findExisting(helper, target.content, packed, { tag: target.tag, ...(signal && { signal }) });
  if (existing.state !== "other") return existing;
  throw await takenError(target, packed, existing, signal);
}

/** How many differences a message names. */
const NAMED = 3;

/** What to say of a version that is there with other content. */
export async function takenError(
  target: PublishTarget,
  { path, version }: Pick<PackedModule, "path" | "version">,
  { differences, digest }: Extract<ExistingVersion, { readonly state: "other" }>,
  signal?: AbortSignal,
): Promise<ModuleError> {
  const next = nextPatch(await publishedVersions(target, version, signal), version);
  const more = differences.length > NAMED ? ", …" : "";
  const message = `${path} ${version} is already published with other content (${differences.slice(0, NAMED).join(", ")}${more}), and a version is never changed: publish it as ${next}`;
  return new ModuleError("refused", message, { diagnostics: [finding("version", message)], details: { next, digest, differences } });
}

/** The versions that are where this one goes, of every major. */
async function publishedVersions({ content, tag }: PublishTarget, version: string, signal?: AbortSignal): Promise<readonly string[]> {
  const prefix = tag.slice(0, tag.length - version.length);
  const tags = await content.tags(signal === undefined ? {} : { signal }).catch(() => []);
  return tags
    .filter((name) => name.startsWith(prefix))
    .map((name) => name.slice(prefix.length))
    .filter(isModuleVersion);
}
