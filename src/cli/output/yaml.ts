import { Document, isScalar, type ToStringOptions, visit } from "yaml";
import { escapeActive, isActive } from "./printable.ts";

/** YAML in which no character acts on a terminal: texts that have such are quoted, and have `\uXXXX` in their place. */
export function yamlText(value: unknown, options: { readonly aliasDuplicateObjects?: boolean } = {}): string {
  const document = new Document(value, options);
  let found = false;
  visit(document, {
    Scalar(_, node) {
      if (!isScalar(node) || typeof node.value !== "string" || !isActive(node.value)) return;
      node.type = "QUOTE_DOUBLE";
      found = true;
    },
  });
  const text = document.toString({ lineWidth: 0 } satisfies ToStringOptions);
  return found ? escapeActive(text) : text;
}
