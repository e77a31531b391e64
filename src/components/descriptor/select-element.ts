import { ComponentError } from "../component-error.ts";
import type { ElementKind, Json } from "./component-descriptor.ts";
import { formatIdentity, fullIdentity, type Identity, identityOf } from "./identity.ts";

/** Elements that a message shows. */
const SHOWN = 5;

interface Selectable {
  readonly name: string;
  readonly version: string;
  readonly extraIdentity?: Json;
}

/** Those that have all the attributes of a selector: name, version, or of the extra identity. */
function matchElements<T extends Selectable>(elements: readonly T[], selector: Identity): readonly T[] {
  const wanted = Object.entries(selector);
  return elements.filter((element) => {
    const identity = fullIdentity(element);
    return wanted.every(([key, value]) => Object.hasOwn(identity, key) && identity[key] === value);
  });
}

/**
 * The one element that a selector means. Where several have its attributes it is the one that has no others, but for its version.
 * @param selector at least one attribute, e.g. `{ name: "image", os: "linux" }`
 * @throws ComponentError `not-found` when there is none, `invalid` when there are several
 */
export function selectElement<T extends Selectable>(elements: readonly T[], selector: Identity, kind: ElementKind): T {
  const matches = matchElements(elements, selector);
  const plainest = matches.length === 1 ? matches : matches.filter((element) => hasNoOthers(element, selector));
  const [only] = plainest;
  if (only !== undefined && plainest.length === 1) return only;
  const asked = formatIdentity(selector);
  const among = matches.length === 0 ? elements : matches;
  const names = among.slice(0, SHOWN).map((element) => formatIdentity(identityOf(element, elements)));
  const list = `${names.join(", ")}${among.length > SHOWN ? `, and ${among.length - SHOWN} more` : ""}`;
  if (matches.length > 0) {
    throw new ComponentError("invalid", `${matches.length} ${kind}s match ${asked}: say which by more attributes: ${list}`, { subject: asked });
  }
  throw new ComponentError(
    "not-found",
    `there is no ${kind} ${asked}${elements.length === 0 ? `: the component version has no ${kind}s` : `; there are ${list}`}`,
    {
      subject: asked,
    },
  );
}

function hasNoOthers(element: Selectable, selector: Identity): boolean {
  return Object.keys(fullIdentity(element)).every((key) => key === "version" || Object.hasOwn(selector, key));
}
