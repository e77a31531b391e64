import type { ReadOptions } from "../../client/content/content.ts";
import { createLimiter } from "../../client/limiter.ts";
import type { RegistryClient } from "../../client/registry-client.ts";
import { ComponentError } from "../component-error.ts";
import { elementContent } from "../content/element-content.ts";
import type { ComponentReference, DigestSpec, Element } from "../descriptor/component-descriptor.ts";
import { formatIdentity, identityOf } from "../descriptor/identity.ts";
import { isJsonObject } from "../descriptor/json-tree.ts";
import { hasNoContent } from "../normalisation/normalise.ts";
import type { ComponentRepository, StoredComponentVersion } from "../repository/component-repository.ts";
import { descriptorDigest, parseHashAlgorithm, parseNormalisation } from "../signing/descriptor-digest.ts";
import { type VerifyOptions, verifySignature } from "../signing/verify-signature.ts";
import { contentDigest, isExcluded } from "./element-digest.ts";

/** Blobs that are read at a time. */
const CONCURRENCY = 4;

/** References after one another: far more than components have, few enough to walk through. */
const DEPTH_LIMIT = 100;

export interface VerifyVersionOptions extends ReadOptions, VerifyOptions {
  readonly client: RegistryClient;
  /** Only this signature; default all, of which there must be one. */
  readonly signature?: string;
  /** Only the digest of the descriptor and the signature, neither references nor content. */
  readonly shallow?: boolean;
  /** Told each thing that was looked at. It must not throw. */
  readonly onChecked?: (subject: string) => void;
}

export interface VerifiedVersion {
  readonly name: string;
  readonly version: string;
  /** Names of the signatures that are good. */
  readonly signatures: readonly string[];
  /** Component versions, itself included, and elements whose content was read. */
  readonly components: number;
  readonly resources: number;
}

/**
 * Verifies signatures of a component version, and, unless `shallow`, that every component version it refers to and all content of
 * resources are what the signed digests say.
 * @throws ComponentError `finding` naming the element that is not; `not-found` where there is no such signature
 */
export async function verifyVersion(repository: ComponentRepository, version: StoredComponentVersion, options: VerifyVersionOptions): Promise<VerifiedVersion> {
  const { component } = version.descriptor;
  const signatures = selectSignatures(version, options.signature);
  for (const signature of signatures) verifySignature(version.descriptor, signature, options);
  const walk = new Walk(repository, options);
  if (options.shallow !== true) await walk.version(version, []);
  return {
    name: component.name,
    version: component.version,
    signatures: signatures.map(({ name }) => name),
    components: Math.max(walk.components, 1),
    resources: walk.resources,
  };
}

function selectSignatures({ descriptor }: StoredComponentVersion, name: string | undefined) {
  const { component, signatures = [] } = descriptor;
  const label = `${component.name}:${component.version}`;
  const selected = name === undefined ? signatures : signatures.filter((signature) => signature.name === name);
  if (selected.length === 0) {
    const there = signatures.length === 0 ? "it has none" : `it has ${signatures.map((signature) => signature.name).join(", ")}`;
    throw new ComponentError("not-found", `${label} has no signature${name === undefined ? "" : ` ${name}`}: ${there}`, { subject: label });
  }
  if (name !== undefined && selected.length > 1)
    throw new ComponentError("invalid", `${label} has ${selected.length} signatures of the name ${name}`, { subject: label });
  return selected;
}

class Walk {
  components = 0;
  resources = 0;
  readonly #repository: ComponentRepository;
  readonly #options: VerifyVersionOptions;
  readonly #limiter = createLimiter(CONCURRENCY);
  readonly #known = new Map<string, Promise<StoredComponentVersion>>();

  constructor(repository: ComponentRepository, options: VerifyVersionOptions) {
    this.#repository = repository;
    this.#options = options;
  }

  async version({ descriptor, ...stored }: StoredComponentVersion, path: readonly string[]): Promise<void> {
    const { component } = descriptor;
    const label = `${component.name}:${component.version}`;
    if (path.includes(label)) throw new ComponentError("invalid", `component versions refer to each other in a circle: ${[...path, label].join(" -> ")}`);
    if (path.length === DEPTH_LIMIT) throw new ComponentError("invalid", `${path[0]} has more than ${DEPTH_LIMIT} levels of references`);
    this.components++;
    for (const reference of component.componentReferences) {
      const subject = `${label}, reference ${formatIdentity(identityOf(reference, component.componentReferences))}`;
      await this.#reference(reference, subject, [...path, label]);
    }
    const failed = new AbortController();
    const work = component.resources.map((resource) =>
      this.#limiter.run(async () => {
        failed.signal.throwIfAborted();
        const subject = `${label}, resource ${formatIdentity(identityOf(resource, component.resources))}`;
        await this.#resource({ descriptor, ...stored }, resource, subject).catch((error) => {
          failed.abort(error);
          throw error;
        });
      }),
    );
    await Promise.allSettled(work);
    if (failed.signal.aborted) throw failed.signal.reason;
    this.#options.onChecked?.(label);
  }

  async #reference(reference: ComponentReference, subject: string, path: readonly string[]): Promise<void> {
    const label = `${reference.componentName}:${reference.version}`;
    const digest = digestOf(reference.digest);
    if (digest === undefined) throw new ComponentError("finding", `${subject} has no digest: whatever ${label} is, nobody signed it`, { subject });
    const isNew = !this.#known.has(label);
    const found = this.#known.get(label) ?? this.#get(reference, subject);
    this.#known.set(label, found);
    const child = await found;
    const actual = descriptorDigest(child.descriptor, parseNormalisation(digest.normalisationAlgorithm), parseHashAlgorithm(digest.hashAlgorithm));
    if (actual.value !== digest.value.toLowerCase())
      throw new ComponentError("finding", `${subject}: ${label} is not what was signed: expected ${digest.value}, found ${actual.value}`, { subject });
    if (isNew || path.includes(label)) await this.version(child, path);
  }

  async #get({ componentName, version }: ComponentReference, subject: string): Promise<StoredComponentVersion> {
    try {
      return await this.#repository.get(componentName, version, this.#options);
    } catch (cause) {
      const isAbsent = cause instanceof Error && "kind" in cause && cause.kind === "not-found";
      if (!isAbsent) throw cause;
      throw new ComponentError("finding", `${subject}: ${componentName}:${version} is not in ${this.#repository.store.name}`, { cause, subject });
    }
  }

  async #resource(version: StoredComponentVersion, resource: Element, subject: string): Promise<void> {
    const digest = digestOf(resource.digest);
    const { client, signal } = this.#options;
    if (hasNoContent(resource.access)) {
      if (digest !== undefined) throw new ComponentError("finding", `${subject} has a digest, but no content`, { subject });
      return;
    }
    if (digest === undefined) throw new ComponentError("finding", `${subject} has no digest: whatever its content is, nobody signed it`, { subject });
    if (isExcluded(digest)) return;
    try {
      const content = await elementContent(version, resource.access, { client, label: subject, ...(signal && { signal }) });
      if (content === undefined)
        throw new ComponentError("finding", `${subject}: content of access type '${resource.access.type}' cannot be read, so it is not verified`, { subject });
      const actual = await contentDigest(content, digest, this.#options);
      if (actual.value !== digest.value.toLowerCase())
        throw new ComponentError("finding", `${subject}: its content is not what was signed: expected ${digest.value}, found ${actual.value}`, { subject });
    } catch (cause) {
      throw asFinding(cause, subject);
    }
    this.resources++;
    this.#options.onChecked?.(subject);
  }
}

/** What is missing or damaged is what the check found; a registry that cannot be reached is not. */
function asFinding(cause: unknown, subject: string): unknown {
  const isContent = cause instanceof Error && "kind" in cause && (cause.kind === "not-found" || cause.kind === "invalid");
  return isContent ? new ComponentError("finding", `${subject}: ${cause.message}`, { cause, subject }) : cause;
}

function digestOf(value: unknown): DigestSpec | undefined {
  if (!isJsonObject(value)) return undefined;
  const { hashAlgorithm, normalisationAlgorithm, value: hex } = value;
  const isWhole = [hashAlgorithm, normalisationAlgorithm, hex].every((text) => typeof text === "string" && text !== "");
  return isWhole ? (value as DigestSpec) : undefined;
}
