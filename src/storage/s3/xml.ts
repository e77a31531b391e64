import { parseXml, XmlElement } from "@rgrove/parse-xml";

/** An element of an answer, as far as S3's answers need it: names without attributes, texts and elements. */
export interface Xml {
  readonly name: string;
  /** The text of the child of that name; undefined where there is none. */
  text(name: string): string | undefined;
  /** The children of that name. */
  all(name: string): Xml[];
}

/** @throws Error when it is no well-formed XML */
export function readXml(source: string): Xml {
  const { root } = parseXml(source);
  if (root === null) throw new Error("there is no XML element");
  return wrap(root);
}

function wrap(element: XmlElement): Xml {
  const all = (name: string): XmlElement[] => element.children.filter((child): child is XmlElement => child instanceof XmlElement && child.name === name);
  return {
    name: element.name,
    text: (name) => all(name)[0]?.text,
    all: (name) => all(name).map(wrap),
  };
}

/** An element with its children in that order; values are escaped, what was built by this function is not. */
export function writeXml(name: string, children: readonly (readonly [name: string, value: string | number])[] | string): string {
  const inner = typeof children === "string" ? children : children.map(([child, value]) => `<${child}>${escapeText(String(value))}</${child}>`).join("");
  return `<${name}>${inner}</${name}>`;
}

function escapeText(text: string): string {
  return text.replace(/[&<>"'\r]/g, (character) => `&#${character.charCodeAt(0)};`);
}
