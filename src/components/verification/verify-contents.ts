import { createLimiter } from "../../client/limiter.ts";
import { ComponentError } from "../component-error.ts";
import type { ComponentReference } from "../descriptor/component-descriptor.ts";
import type { ComponentRepository, StoredComponentVersion } from "../repository/component-repository.ts";
import { versionLabel } from "../version-label.ts";
import { type Finding, toFinding } from "./finding.ts";
import { digestSpecOf, type ElementOptions, referencedVersion, subjectOf, verifyReferenced, verifyResource, verifySource } from "./verify-element.ts";

/** Blobs that are read at a time. */
const CONCURRENCY = 4;

/** References after one another: far more than components have, few enough to walk through. */
const DEPTH_LIMIT = 100;

export interface VerifyContentsOptions extends ElementOptions {
  /** Told each thing that was looked at. It must not throw. */
  readonly onChecked?: (subject: string) => void;
}

export interface VerifiedContents {
  readonly components: number;
  readonly contents: number;
  readonly findings: readonly Finding[];
}

/** Reads all content of a component version, and of every one that it refers to, and holds it against the digests. */
export async function verifyContents(
  repository: ComponentRepository,
  version: StoredComponentVersion,
  options: VerifyContentsOptions,
): Promise<VerifiedContents> {
  const walk = new Walk(repository, options);
  await walk.version(version, []);
  return walk;
}

/** @throws ComponentError `invalid` for a circle, or too many levels */
export function checkPath(label: string, path: readonly string[]): void {
  if (path.includes(label)) throw new ComponentError("invalid", `component versions refer to each other in a circle: ${[...path, label].join(" -> ")}`);
  if (path.length === DEPTH_LIMIT) throw new ComponentError("invalid", `${path[0]} has more than ${DEPTH_LIMIT} levels of references`);
}

class Walk implements VerifiedContents {
  components = 0;
  contents = 0;
  readonly findings: Finding[] = [];
  readonly #repository: ComponentRepository;
  readonly #options: VerifyContentsOptions;
  readonly #limiter = createLimiter(CONCURRENCY);
  readonly #known = new Map<string, StoredComponentVersion>();

  constructor(repository: ComponentRepository, options: VerifyContentsOptions) {
    this.#repository = repository;
    this.#options = options;
  }

  async version(version: StoredComponentVersion, path: readonly string[]): Promise<void> {
    const { component } = version.descriptor;
    const label = versionLabel(component);
    checkPath(label, path);
    this.#known.set(label, version);
    this.components++;
    for (const reference of component.componentReferences) {
      const subject = subjectOf(version, "reference", reference);
      await this.#reference(reference, subject, [...path, label]).catch((error) => this.findings.push(toFinding(error, subject)));
    }
    const tasks = [
      ...component.resources.map((resource) => [subjectOf(version, "resource", resource), () => verifyResource(version, resource, this.#options)] as const),
      ...component.sources.map((source) => [subjectOf(version, "source", source), () => verifySource(version, source, this.#options)] as const),
    ];
    await this.#contents(tasks);
    this.#options.onChecked?.(label);
  }

  /** What is no finding ends them all. */
  async #contents(tasks: readonly (readonly [subject: string, verify: () => Promise<boolean>])[]): Promise<void> {
    const failed = new AbortController();
    const found = await Promise.allSettled(
      tasks.map(([subject, verify]) =>
        this.#limiter.run(async () => {
          failed.signal.throwIfAborted();
          try {
            if (await verify()) this.contents++;
            this.#options.onChecked?.(subject);
            return [];
          } catch (error) {
            try {
              return [toFinding(error, subject)];
            } catch (other) {
              failed.abort(other);
              throw other;
            }
          }
        }),
      ),
    );
    if (failed.signal.aborted) throw failed.signal.reason;
    this.findings.push(...found.flatMap((result) => (result.status === "fulfilled" ? result.value : [])));
  }

  async #reference(reference: ComponentReference, subject: string, path: readonly string[]): Promise<void> {
    const label = versionLabel({ name: reference.componentName, version: reference.version });
    const known = this.#known.get(label);
    const child = known ?? (await referencedVersion(this.#repository, reference, { subject, ...this.#options }));
    const digest = digestSpecOf(reference.digest);
    const problem =
      digest === undefined
        ? new ComponentError("finding", `${subject} has no digest: whatever ${label} is, nobody signed it`, { subject })
        : this.#problemOf(() => verifyReferenced(child, digest, subject));
    if (problem !== undefined) this.findings.push(toFinding(problem, subject));
    if (known === undefined || path.includes(label)) await this.version(child, path);
  }

  #problemOf(check: () => void): unknown {
    try {
      check();
      return undefined;
    } catch (error) {
      return error;
    }
  }
}
