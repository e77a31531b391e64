import { createPublicKey } from "node:crypto";
import { ComponentError } from "../component-error.ts";
import type { ComponentDescriptor, DigestSpec, Signature } from "../descriptor/component-descriptor.ts";
import type { ComponentRepository, StoredComponentVersion } from "../repository/component-repository.ts";
import { replaceDescriptor } from "../repository/replace-descriptor.ts";
import type { ElementOptions } from "../verification/verify-element.ts";
import { versionLabel } from "../version-label.ts";
import { nameWarnings } from "./certificate-chain.ts";
import { type CompletedVersion, completeDigests } from "./complete-digests.ts";
import { descriptorDigest } from "./descriptor-digest.ts";
import { signDescriptor, withSignature } from "./sign-descriptor.ts";
import type { SignOptions } from "./signing.ts";
import { signingWarnings } from "./signing-warnings.ts";
import { signsContent, verifySignature } from "./verify-signature.ts";

export interface SignVersionOptions extends SignOptions, ElementOptions {
  /** Takes the place of a signature of the same name. */
  readonly force?: boolean;
  /** Also signs every component version that it refers to. */
  readonly recursive?: boolean;
  /** Computes and checks everything, and stores nothing. */
  readonly dryRun?: boolean;
  /** Told each thing that was looked at. It must not throw. */
  readonly onChecked?: (subject: string) => void;
}

export interface SignedComponent {
  readonly name: string;
  readonly version: string;
  /** Of the component version, in the way it was to be signed. */
  readonly digest: DigestSpec;
  /** `signed`; `kept`: it had this signature already; `digested`: only missing digests were added; `unchanged`. */
  readonly state: "signed" | "kept" | "digested" | "unchanged";
  /** Digests that were missing. */
  readonly added: number;
}

export interface SignedVersion {
  /** Children before parents: the component version itself is the last. */
  readonly components: readonly SignedComponent[];
  /** What was not signed, and what keeps other tools from verifying the signature. */
  readonly warnings: readonly string[];
}

/**
 * Signs a component version where it is: everything that it consists of is read and held against its digests, those that are missing are added,
 * also to the component versions that it refers to, and only then anything is stored, children before parents.
 * @param repository opened for writing, unless `dryRun`; what it looks up elsewhere is only read
 * @throws ComponentError `finding` naming the element that is not what its digest says; `refused` where something is missing, or there is
 * a signature of the name already
 */
export async function signVersion(repository: ComponentRepository, version: StoredComponentVersion, options: SignVersionOptions): Promise<SignedVersion> {
  const { normalisation = "jsonNormalisation/v3", hash = "SHA-256", algorithm = "RSASSA-PKCS1-V1_5", chain = [], recursive, dryRun, signal } = options;
  checkName(version.descriptor, options);
  const completed = await completeDigests(repository, version, { ...options, normalisation, hash });
  const plans: Plan[] = [];
  for (const each of completed) {
    const isTop = each.stored === version;
    const isElsewhere = each.stored.store !== repository.store;
    if (isElsewhere) checkElsewhere(each);
    plans.push(await plan(each, { ...options, isTop, isSigned: isTop || (recursive === true && !isElsewhere) }));
  }
  if (dryRun !== true) {
    for (const { descriptor, stored } of plans) {
      if (descriptor !== stored.descriptor) await replaceDescriptor(stored, descriptor, signal === undefined ? {} : { signal });
    }
  }
  const signed = plans.filter(({ state }) => state === "signed");
  const way = { normalisation, hash, algorithm, hasCertificates: chain.length > 0 };
  const elsewhere = recursive === true ? plans.filter(({ stored }) => stored.store !== repository.store) : [];
  const warnings = [
    ...elsewhere.map(({ stored }) => `${versionLabel(stored.descriptor.component)} is in ${stored.store.name}, where it is only looked up: it was not signed`),
    ...nameWarnings(options.name, chain),
    ...signed.flatMap(({ descriptor }) => signingWarnings(descriptor, way).map((warning) => `${versionLabel(descriptor.component)}: ${warning}`)),
  ];
  return { components: plans.map(({ name, version, digest, state, added }) => ({ name, version, digest, state, added })), warnings };
}

/** What is only looked up is not written to. */
function checkElsewhere({ stored, descriptor, added }: CompletedVersion): void {
  if (added === 0) return;
  const label = versionLabel(descriptor.component);
  throw new ComponentError("refused", `${label} lacks digests, and is in ${stored.store.name}, where it is only looked up: sign it there first`, {
    subject: label,
  });
}

/** Before everything is read. */
function checkName({ component, signatures = [] }: ComponentDescriptor, { name, force }: SignVersionOptions): void {
  if (name.trim() === "") throw new ComponentError("invalid", "a signature needs a name");
  if (force === true || !signatures.some((signature) => signature.name === name)) return;
  const label = versionLabel(component);
  throw new ComponentError("refused", `${label} has a signature ${name} already: replace it with --force, or choose another name`, { subject: label });
}

interface Plan extends SignedComponent {
  readonly stored: StoredComponentVersion;
  readonly descriptor: ComponentDescriptor;
}

interface PlanOptions extends SignVersionOptions {
  readonly isTop: boolean;
  readonly isSigned: boolean;
}

async function plan({ stored, descriptor, added }: CompletedVersion, options: PlanOptions): Promise<Plan> {
  const { name: component, version } = descriptor.component;
  const { name, normalisation = "jsonNormalisation/v3", hash = "SHA-256", isTop, isSigned, force } = options;
  const digest = descriptorDigest(descriptor, normalisation, hash);
  const base = { name: component, version, digest, added, stored };
  const existing = (descriptor.signatures ?? []).filter((signature) => signature.name === name);
  if (!isSigned || (!isTop && existing.length > 0 && force !== true)) {
    if (isSigned) await checkExisting(descriptor, existing, options);
    checkOthers(stored, descriptor, undefined);
    return { ...base, descriptor, state: isSigned ? "kept" : added > 0 ? "digested" : "unchanged" };
  }
  checkOthers(stored, descriptor, name);
  return { ...base, descriptor: withSignature(descriptor, signDescriptor(descriptor, options).signature), state: "signed" };
}

/** A component version below may have been signed before, by the same key. */
async function checkExisting(descriptor: ComponentDescriptor, existing: readonly Signature[], { name, key }: SignVersionOptions): Promise<void> {
  const label = versionLabel(descriptor.component);
  try {
    for (const signature of existing) await verifySignature(descriptor, signature, { key: createPublicKey(key) });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : "it cannot be verified";
    throw new ComponentError("refused", `${label} has another signature ${name} already: replace it with --force (${why})`, { cause, subject: label });
  }
}

/** Digests that are added must not break what others signed. */
function checkOthers({ descriptor: former }: StoredComponentVersion, descriptor: ComponentDescriptor, replaced: string | undefined): void {
  if (former === descriptor) return;
  const broken = (former.signatures ?? []).find(
    (signature) => signature.name !== replaced && signsContent(former, signature) && !signsContent(descriptor, signature),
  );
  if (broken === undefined) return;
  const label = versionLabel(descriptor.component);
  throw new ComponentError("refused", `${label} lacks digests, and with them its signature ${broken.name} would not be good any more: sign it anew first`, {
    subject: label,
  });
}
