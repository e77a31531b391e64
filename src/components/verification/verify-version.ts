import { ComponentError } from "../component-error.ts";
import type { Signature } from "../descriptor/component-descriptor.ts";
import type { ComponentRepository, StoredComponentVersion } from "../repository/component-repository.ts";
import { unknownSignatures } from "../signing/signature-kind.ts";
import { type Signer, signsContent, type VerifyOptions, verifySignature } from "../signing/verify-signature.ts";
import { versionLabel } from "../version-label.ts";
import { type Finding, toFinding } from "./finding.ts";
import { type VerifyContentsOptions, verifyContents } from "./verify-contents.ts";

export interface VerifyVersionOptions extends VerifyContentsOptions, VerifyOptions {
  /** Only this signature; default all, of which there must be one. */
  readonly signature?: string;
  /** Only the digest of the descriptor and the signature, neither references nor content. */
  readonly shallow?: boolean;
}

export interface VerifiedVersion {
  readonly name: string;
  readonly version: string;
  /** Names of the signatures that were verified; none where anything is not what was signed. */
  readonly signatures: readonly string[];
  /** Who made them, in their order. */
  readonly signers: readonly Signer[];
  /** Signatures of ways that are not known here, beside others that are. */
  readonly skipped: readonly { readonly signature: string; readonly reason: string }[];
  /** Component versions that were looked at, itself included. */
  readonly components: number;
  /** Resources and sources whose content was read. */
  readonly contents: number;
  /** Everything that is not what was signed; empty when it is verified. */
  readonly findings: readonly Finding[];
}

/**
 * Verifies signatures of a component version, and, unless `shallow`, that every component version it refers to and all content
 * are what the digests say. Everything that is wrong is found, not only the first.
 * @throws ComponentError `not-found` where there is no such signature, `invalid` where none can be checked; what went wrong on the way
 */
export async function verifyVersion(repository: ComponentRepository, version: StoredComponentVersion, options: VerifyVersionOptions): Promise<VerifiedVersion> {
  const { descriptor } = version;
  const { name, version: number } = descriptor.component;
  const selected = selectSignatures(version, options.signature);
  const unknown = unknownSignatures(selected);
  const known = selected.filter((signature) => !unknown.has(signature));
  // of what cannot be verified nothing is said, unless it is all there is
  const skipped = [...unknown].map(([{ name: signature }, { message: reason }]) => ({ signature, reason }));
  if (known.length === 0) throw new ComponentError("invalid", `${versionLabel(descriptor.component)}: ${skipped.map(({ reason }) => reason).join("; ")}`);
  const findings: Finding[] = [];
  const signers: Signer[] = [];
  for (const signature of known) {
    const looked = await lookAt(version, signature, options);
    if ("message" in looked) findings.push(looked);
    else signers.push(looked);
  }
  // a wrong key says nothing of the content; where the descriptor was edited, its elements may tell what
  const isEdited = known.some((signature) => !signsContent(descriptor, signature));
  const isPointless = options.shallow === true || (findings.length > 0 && !isEdited);
  const contents = isPointless ? { components: 1, contents: 0, findings: [] } : await verifyContents(repository, version, options);
  const all = [...findings, ...contents.findings];
  const { components, contents: read } = contents;
  const good = all.length === 0 ? signers : [];
  return { name, version: number, signatures: good.map(({ signature }) => signature), signers: good, skipped, components, contents: read, findings: all };
}

/** @throws ComponentError */
function selectSignatures({ descriptor }: StoredComponentVersion, name: string | undefined): readonly Signature[] {
  const { component, signatures = [] } = descriptor;
  const label = versionLabel(component);
  const selected = name === undefined ? signatures : signatures.filter((signature) => signature.name === name);
  if (selected.length === 0) {
    // that is what the check was to find out
    if (signatures.length === 0) throw new ComponentError("finding", `${label} is not verified: it has no signature`, { subject: label });
    const others = signatures.map((signature) => signature.name).join(", ");
    throw new ComponentError("not-found", `${label} has no signature ${name}: it has ${others}`, { subject: label });
  }
  const twice = selected.find((signature, at) => selected.some((other, index) => index < at && other.name === signature.name));
  if (twice === undefined) return selected;
  throw new ComponentError("finding", `${label} has several signatures of the name ${twice.name}: nobody can say which one counts`, { subject: label });
}

async function lookAt({ descriptor }: StoredComponentVersion, signature: Signature, options: VerifyOptions): Promise<Signer | Finding> {
  const label = versionLabel(descriptor.component);
  try {
    return await verifySignature(descriptor, signature, options);
  } catch (error) {
    if (!(error instanceof ComponentError)) throw error;
    if (error.kind !== "finding") throw new ComponentError(error.kind, `${label}: ${error.message}`, { cause: error, subject: label });
    return toFinding(error, label);
  }
}
