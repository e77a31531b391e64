import { ClientError, isClientError } from "../../client/client-error.ts";
import type { ContentSource, ContentTarget, ReadOptions } from "../../client/content/content.ts";
import { createLimiter } from "../../client/limiter.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import { accessKind, elementContent } from "../content/element-content.ts";
import type { Element } from "../descriptor/component-descriptor.ts";
import type { ComponentRepository, LocalBlob, StoredComponentVersion } from "../repository/component-repository.ts";
import { componentRepository } from "../repository/oci-mapping.ts";
import { versionLabel } from "../version-label.ts";
import { artifactParts } from "./artifact-content.ts";
import { type Finding, toFinding } from "./finding.ts";
import { checkPath } from "./verify-contents.ts";
import { type ElementOptions, referencedVersion, subjectOf } from "./verify-element.ts";

/** Elements that are looked for at a time. */
const CONCURRENCY = 8;

export interface CheckVersionOptions extends ElementOptions {
  /** Also everything that the component versions need that it refers to. */
  readonly recursive?: boolean;
  /** Told each thing that was looked at. It must not throw. */
  readonly onChecked?: (subject: string) => void;
}

export interface CheckedVersion {
  /** Component versions that are there, itself included. */
  readonly components: number;
  /** Resources and sources whose content is there. */
  readonly contents: number;
  /** What `opm` cannot look for: content of access types that it does not know. */
  readonly unchecked: readonly { readonly subject: string; readonly accessType: string }[];
  /** Everything that is not there. */
  readonly findings: readonly Finding[];
}

/**
 * Looks whether everything that a component version needs is there: the component versions that it refers to, its local blobs, artifacts in
 * registries. Content is not read: that is what verifying is for.
 */
export async function checkVersion(repository: ComponentRepository, version: StoredComponentVersion, options: CheckVersionOptions): Promise<CheckedVersion> {
  const check = new Check(repository, options);
  await check.version(version, []);
  return check;
}

class Check implements CheckedVersion {
  components = 0;
  contents = 0;
  readonly unchecked: { readonly subject: string; readonly accessType: string }[] = [];
  readonly findings: Finding[] = [];
  readonly #repository: ComponentRepository;
  readonly #options: CheckVersionOptions;
  readonly #limiter = createLimiter(CONCURRENCY);
  readonly #known = new Set<string>();

  constructor(repository: ComponentRepository, options: CheckVersionOptions) {
    this.#repository = repository;
    this.#options = options;
  }

  async version(version: StoredComponentVersion, path: readonly string[]): Promise<void> {
    const { component } = version.descriptor;
    const label = versionLabel(component);
    checkPath(label, path);
    this.#known.add(label);
    this.components++;
    for (const reference of component.componentReferences) {
      const subject = subjectOf(version, "reference", reference);
      const child = versionLabel({ name: reference.componentName, version: reference.version });
      const isBelow = path.includes(child) || child === label;
      if (this.#known.has(child) && !isBelow) continue;
      try {
        const found = await referencedVersion(this.#repository, reference, { subject, ...this.#options });
        if (this.#options.recursive === true) await this.version(found, [...path, label]);
        else this.#count(child);
      } catch (error) {
        this.findings.push(toFinding(error, subject));
      }
    }
    const elements = [
      ...component.resources.map((resource) => ["resource", resource] as const),
      ...component.sources.map((source) => ["source", source] as const),
    ];
    const found = await Promise.all(
      elements.map(([kind, element]) => this.#limiter.run(() => this.#element(version, element, subjectOf(version, kind, element)))),
    );
    this.findings.push(...found.filter((finding) => finding !== undefined));
    this.#options.onChecked?.(label);
  }

  #count(label: string): void {
    this.#known.add(label);
    this.components++;
  }

  async #element(version: StoredComponentVersion, element: Element, subject: string): Promise<Finding | undefined> {
    const kind = accessKind(element.access);
    if (kind === "none") return undefined;
    if (kind === "other") {
      this.unchecked.push({ subject, accessType: element.access.type });
      return undefined;
    }
    const { client, signal } = this.#options;
    const read = signal === undefined ? {} : { signal };
    try {
      const content = await elementContent(version, element.access, { client, label: subject, ...read });
      if (content !== undefined) await requireContent(content, kind === "local" ? version : undefined, read);
    } catch (error) {
      signal?.throwIfAborted();
      return kind === "local" ? toFinding(error, subject) : unreachable(error, subject);
    } finally {
      this.#options.onChecked?.(subject);
    }
    this.contents++;
    return undefined;
  }
}

/** Content elsewhere that cannot be reached from here is not there for whoever needs it here. */
function unreachable(error: unknown, subject: string): Finding {
  if (isClientError(error, "network") || isClientError(error, "permission")) return { subject, message: `${subject}: ${error.message}` };
  return toFinding(error, subject);
}

/** @param version where the content is stored with it */
async function requireContent({ content, open }: LocalBlob, version: StoredComponentVersion | undefined, options: ReadOptions): Promise<void> {
  if (content.kind === "artifact") {
    const { blobs } = await artifactParts(content.source, content.root, options);
    for (const blob of blobs) await requireBlob(content.source, blob, options);
    return;
  }
  if (version === undefined) {
    for await (const _ of open(options)) break;
    return;
  }
  const source = version.store.source(componentRepository(version.store, version.descriptor.component.name));
  for (const layer of content.layers) await requireBlob(source, layer, options);
}

async function requireBlob(source: ContentSource, blob: Descriptor, options: ReadOptions): Promise<void> {
  if (!canTell(source)) {
    for await (const _ of source.blob(blob, options)) break;
    return;
  }
  if (!(await source.hasBlob(blob, options))) throw new ClientError("not-found", `cannot read ${source.name}@${blob.digest}: not found`);
}

/** Repositories of registries can be asked without reading. */
function canTell(source: ContentSource): source is ContentSource & Pick<ContentTarget, "hasBlob"> {
  return "hasBlob" in source;
}
