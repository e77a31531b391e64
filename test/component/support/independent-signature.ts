import { constants, createPublicKey, verify } from "node:crypto";
import { list, type Tree, text, tree } from "./independent-reader.ts";

const FORMS = ["jsonNormalisation/v2", "jsonNormalisation/v3", "jsonNormalisation/v4alpha1"];

/**
 * Whether an RSA signature of a descriptor holds, by its normal form v3, which v4alpha1 is the same as, and v2, too, where no two resources
 * share a name. Written from the description of
 * the formats, without the product's own code.
 * @param key PEM
 */
export function signatureHolds(descriptor: Tree, name: string, key: string): boolean {
  const found = list(descriptor.signatures).find((each) => each.name === name);
  if (found === undefined) throw new Error(`no signature ${name}`);
  const [digest, signature] = [tree(found.digest), tree(found.signature)];
  if (!FORMS.includes(text(digest.normalisationAlgorithm))) throw new Error(`unexpected normal form ${digest.normalisationAlgorithm}`);
  const padding = signature.algorithm === "RSASSA-PSS" ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_AUTO } : {};
  const options = { key: createPublicKey(key), ...padding };
  return verify("sha256", Buffer.from(JSON.stringify(normalForm(descriptor))), options, Buffer.from(text(signature.value), "hex"));
}

function normalForm(descriptor: Tree): unknown {
  const component = tree(descriptor.component);
  const { repositoryContexts: _, provider, ...rest } = component;
  const name = String(provider);
  return sorted({
    component: {
      ...signed(rest),
      provider: name.startsWith("{") ? signed(tree(JSON.parse(name))) : { name },
      componentReferences: list(component.componentReferences),
      sources: list(component.sources).map(({ access: _access, ...source }) => signed(source)),
      resources: list(component.resources).map(({ access, srcRefs: _refs, digest, ...resource }) => ({
        ...signed(resource),
        ...(!/^none(\/v1)?$/i.test(text(tree(access).type)) && digest !== undefined && { digest }),
      })),
    },
  });
}

/** Only labels that are signed, without what does not count. */
function signed({ labels, ...rest }: Tree): Tree {
  const kept = list(labels)
    .filter(({ signing }) => signing === true)
    .map(({ name, version, value, signing }) => ({ name, version, value, signing }));
  return { ...rest, ...(kept.length > 0 && { labels: kept }) };
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, item]) => item !== null && item !== undefined);
  return Object.fromEntries(entries.sort(([one], [other]) => (one < other ? -1 : 1)).map(([key, item]) => [key, sorted(item)]));
}
