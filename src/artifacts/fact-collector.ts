import type { Platform } from "../oci/descriptor.ts";
import type { ArtifactFacts, Dependency } from "./facts.ts";
import { DEPENDENCY_LIMIT, LABEL_LIMIT, NAME_LIMIT, PLATFORM_LIMIT, PROVIDES_LIMIT, VALUE_LIMIT } from "./limits.ts";
import { cleanText, isTooLong } from "./text.ts";

/** What was read, without the reason why the rest was not. */
export type Findings = Omit<ArtifactFacts, "problem">;

type TextField = "title" | "description" | "version";

/** Gathers facts within their limits. What comes first wins; equal dependencies count once. */
export class FactCollector {
  readonly #platforms = new Map<string, Platform>();
  readonly #labels = new Map<string, string>();
  readonly #texts: Partial<Record<TextField, string>> = {};
  readonly #provides = new Set<string>();
  readonly #dependencies = new Map<string, Dependency>();
  #truncated = false;

  platform(platform: Platform): void {
    this.#put(this.#platforms, JSON.stringify(platform), platform, PLATFORM_LIMIT);
  }

  label(name: string, value: string): void {
    if (isTooLong(name, NAME_LIMIT)) this.#truncated = true;
    else this.#put(this.#labels, this.#text(name, NAME_LIMIT), this.#text(value, VALUE_LIMIT), LABEL_LIMIT);
  }

  /** Sets a field that has no value yet; anything but text with a character in it is ignored. */
  text(field: TextField, value: unknown): void {
    if (typeof value !== "string" || this.#texts[field] !== undefined) return;
    const text = this.#text(value.trim(), VALUE_LIMIT);
    if (text !== "") this.#texts[field] = text;
  }

  provides(key: string): void {
    if (isTooLong(key, NAME_LIMIT) || this.#provides.size >= PROVIDES_LIMIT) this.#truncated = true;
    else this.#provides.add(cleanText(key, NAME_LIMIT));
  }

  dependency(dependency: Dependency): void {
    // A key that is cut would name something else.
    if (isTooLong(dependency.key, NAME_LIMIT)) {
      this.#truncated = true;
      return;
    }
    const { kind, registry, requirement, digest } = dependency;
    const clean: Dependency = {
      kind,
      key: cleanText(dependency.key, NAME_LIMIT),
      name: this.#text(dependency.name, NAME_LIMIT),
      ...(registry !== undefined && { registry: this.#text(registry, NAME_LIMIT) }),
      ...(requirement !== undefined && { requirement: this.#text(requirement, NAME_LIMIT) }),
      ...(digest !== undefined && { digest }),
    };
    this.#put(this.#dependencies, `${kind} ${clean.key} ${clean.requirement ?? ""} ${digest ?? ""}`, clean, DEPENDENCY_LIMIT);
  }

  /** Notes that something was left out. */
  truncate(): void {
    this.#truncated = true;
  }

  get labels(): ReadonlyMap<string, string> {
    return this.#labels;
  }

  /** True when a dependency of this kind is known. */
  hasDependency(kind: Dependency["kind"]): boolean {
    return this.#dependencies.values().some((dependency) => dependency.kind === kind);
  }

  add(findings: Findings): void {
    for (const platform of findings.platforms) this.platform(platform);
    for (const [name, value] of Object.entries(findings.labels)) this.label(name, value);
    for (const field of ["title", "description", "version"] as const) this.text(field, findings[field]);
    for (const key of findings.provides) this.provides(key);
    for (const dependency of findings.dependencies) this.dependency(dependency);
    if (findings.truncated) this.#truncated = true;
  }

  findings(): Findings {
    return {
      platforms: [...this.#platforms.values()],
      labels: Object.fromEntries(this.#labels),
      ...this.#texts,
      provides: [...this.#provides],
      dependencies: [...this.#dependencies.values()],
      truncated: this.#truncated,
    };
  }

  #put<T>(map: Map<string, T>, key: string, value: T, limit: number): void {
    if (map.has(key)) return;
    if (map.size >= limit) this.#truncated = true;
    else map.set(key, value);
  }

  #text(text: string, limit: number): string {
    if (isTooLong(text, limit)) this.#truncated = true;
    return cleanText(text, limit);
  }
}
