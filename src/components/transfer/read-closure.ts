import { isClientError } from "../../client/client-error.ts";
import type { ReadOptions } from "../../client/content/content.ts";
import { ComponentError } from "../component-error.ts";
import type { ComponentReference } from "../descriptor/component-descriptor.ts";
import type { ComponentRepository, StoredComponentVersion } from "../repository/component-repository.ts";
import { descriptorDigest, parseHashAlgorithm, parseNormalisation } from "../signing/descriptor-digest.ts";
import { digestSpecOf, subjectOf } from "../verification/verify-element.ts";
import { versionLabel } from "../version-label.ts";
import type { VersionName } from "./transfer-options.ts";

/** References after one another, and component versions in all: far more than products have. */
const DEPTH_LIMIT = 100;
const COUNT_LIMIT = 10_000;

export interface ClosureOptions extends ReadOptions {
  /** False: of references only those among the roots are followed, for the order. */
  readonly recursive: boolean;
  readonly lookup: readonly ComponentRepository[];
}

/**
 * Reads component versions and what they refer to, each once, those that are referred to first.
 * @throws ComponentError `not-found` for one that is nowhere; `invalid` for a circle, and for one that is not what the reference's digest says
 */
export async function readClosure(
  source: ComponentRepository,
  roots: readonly VersionName[],
  options: ClosureOptions,
): Promise<readonly StoredComponentVersion[]> {
  const closure = new Closure([source, ...options.lookup], roots, options);
  for (const root of roots) await closure.root(root);
  return closure.ordered;
}

class Closure {
  readonly ordered: StoredComponentVersion[] = [];
  readonly #places: readonly ComponentRepository[];
  readonly #roots: ReadonlySet<string>;
  readonly #options: ClosureOptions;
  readonly #known = new Map<string, StoredComponentVersion>();
  readonly #done = new Set<string>();

  constructor(places: readonly ComponentRepository[], roots: readonly VersionName[], options: ClosureOptions) {
    this.#places = places;
    this.#roots = new Set(roots.map(({ name, version }) => `${name}:${version}`));
    this.#options = options;
  }

  async root({ name, version, digest }: VersionName): Promise<void> {
    const found = await this.#find({ name, version }, []);
    if (digest !== undefined && digest !== found.digest) {
      throw new ComponentError("invalid", `${name}:${version} in ${found.store.name} has the digest ${found.digest}, not ${digest}`);
    }
    await this.#visit(found, []);
  }

  async #visit(version: StoredComponentVersion, path: readonly string[]): Promise<void> {
    const label = versionLabel(version.descriptor.component);
    if (path.includes(label)) throw new ComponentError("invalid", `component versions refer to each other in a circle: ${circle([...path, label])}`);
    if (this.#done.has(label)) return;
    if (path.length === DEPTH_LIMIT) throw new ComponentError("invalid", `${path[0]} has more than ${DEPTH_LIMIT} levels of references`);
    const { componentReferences } = version.descriptor.component;
    for (const reference of componentReferences) {
      const { componentName: name, version: wanted } = reference;
      if (!this.#options.recursive && !this.#roots.has(`${name}:${wanted}`)) continue;
      const subject = subjectOf(version, "reference", reference);
      const child = await this.#find({ name, version: wanted }, [...path, subject]);
      checkReference(reference, child, subject);
      await this.#visit(child, [...path, label]);
    }
    this.#done.add(label);
    this.ordered.push(version);
  }

  async #find({ name, version }: VersionName, path: readonly string[]): Promise<StoredComponentVersion> {
    const label = `${name}:${version}`;
    const known = this.#known.get(label);
    if (known !== undefined) return known;
    if (this.#known.size === COUNT_LIMIT) throw new ComponentError("invalid", `there are more than ${COUNT_LIMIT} component versions to transfer`);
    for (const place of this.#places) {
      try {
        const found = await place.get(name, version, this.#options);
        this.#known.set(label, found);
        return found;
      } catch (cause) {
        const isLast = place === this.#places.at(-1);
        if (!isClientError(cause, "not-found") || (isLast && path.length === 0)) throw cause;
        if (isLast) throw this.#missing(label, path.at(-1) ?? "", cause);
      }
    }
    throw new ComponentError("not-found", `there is no component version ${label}`);
  }

  #missing(label: string, subject: string, cause: unknown): ComponentError {
    const places = this.#places.map(({ store }) => store.name).join(" and ");
    return new ComponentError("not-found", `${subject}: ${label} is not in ${places}: name where it is with --lookup`, { cause, subject });
  }
}

/** From where it begins. */
function circle(path: readonly string[]): string {
  return path.slice(path.indexOf(path.at(-1) ?? "")).join(" -> ");
}

function checkReference({ digest: given, componentName, version }: ComponentReference, child: StoredComponentVersion, subject: string): void {
  const digest = digestSpecOf(given);
  if (digest === undefined) return;
  const actual = descriptorDigest(child.descriptor, parseNormalisation(digest.normalisationAlgorithm), parseHashAlgorithm(digest.hashAlgorithm));
  if (actual.value === digest.value.toLowerCase()) return;
  throw new ComponentError(
    "invalid",
    `${subject}: ${componentName}:${version} in ${child.store.name} is not the one that is referred to: expected ${digest.value}, found ${actual.value}`,
    { subject },
  );
}
