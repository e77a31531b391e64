import { ComponentError } from "../component-error.ts";
import type { ComponentDescriptor, Signature } from "../descriptor/component-descriptor.ts";
import { currentMediaType } from "../descriptor/descriptor-media-type.ts";
import { formatDescriptor } from "../descriptor/format-descriptor.ts";
import { jsonEqual } from "../descriptor/json-tree.ts";
import { type DescriptorSchema, parseDescriptor } from "../descriptor/parse-descriptor.ts";
import { normalise } from "../normalisation/normalise.ts";
import { NORMALISATIONS, type Normalisation } from "../signing/signing.ts";
import { versionLabel } from "../version-label.ts";

/** A descriptor on its way. */
export interface Rewritten {
  /** As it came. */
  readonly inbound: ComponentDescriptor;
  /** What the target has, where both are merged. */
  readonly existing: ComponentDescriptor | undefined;
  /** As it is to be stored, and in which form. */
  readonly result: ComponentDescriptor;
  readonly mediaType: string;
  readonly schema: DescriptorSchema;
}

/**
 * Makes sure that a descriptor can be stored: what is read back is what was meant, it has the same normal forms as before, and every
 * signature is there that was, each with the normal form that it was made of.
 * @throws ComponentError `refused` naming what would be lost
 */
export function checkUnchanged({ inbound, existing, result, mediaType, schema }: Rewritten): void {
  const label = versionLabel(inbound.component);
  const written = currentMediaType(mediaType);
  const { descriptor } = parseDescriptor(formatDescriptor(result, written, schema), written, `the descriptor of ${label}`);
  if (!jsonEqual(descriptor, result)) throw refused(label, "its descriptor is not the same after it was written and read again");
  for (const normalisation of NORMALISATIONS) {
    if (!sameNormalForm(inbound, descriptor, normalisation)) throw refused(label, `its digest by ${normalisation} would change`);
  }
  for (const signature of inbound.signatures ?? []) requireSignature(descriptor, signature, label);
  const names = new Set((inbound.signatures ?? []).map(({ name }) => name));
  for (const signature of existing?.signatures ?? []) {
    if (names.has(signature.name)) continue;
    requireSignature(descriptor, signature, label);
    const normalisation = NORMALISATIONS.find((each) => each === signature.digest.normalisationAlgorithm);
    if (existing !== undefined && normalisation !== undefined && !sameNormalForm(existing, descriptor, normalisation))
      throw refused(label, `the signature ${signature.name}, which the target has, would not hold any more: --overwrite drops it`);
  }
}

function requireSignature({ signatures = [] }: ComponentDescriptor, signature: Signature, label: string): void {
  if (!signatures.some((each) => jsonEqual(each, signature))) throw refused(label, `its signature ${signature.name} would be lost`);
}

function sameNormalForm(one: ComponentDescriptor, other: ComponentDescriptor, normalisation: Normalisation): boolean {
  return Buffer.compare(normalise(one, normalisation), normalise(other, normalisation)) === 0;
}

function refused(label: string, why: string): ComponentError {
  return new ComponentError("refused", `${label} was not transferred: ${why}`, { subject: label });
}
