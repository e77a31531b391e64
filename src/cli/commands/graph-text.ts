import type { GraphAnswer } from "../../client/packages/answers.ts";
import { printable } from "../output/printable.ts";
import { formatAmount, shortDigest } from "../output/short-text.ts";
import { typeTitle } from "./type-advice.ts";

type Node = GraphAnswer["nodes"][number];
type Edge = GraphAnswer["edges"][number];

/** Lines of a tree: what the root needs, or what needs it. What is there more than once is followed the first time only. */
export function drawGraph({ root, nodes, edges }: GraphAnswer, direction: "down" | "up"): string[] {
  const byDigest = new Map(nodes.map((node) => [node.digest, node]));
  const [near, far] = direction === "down" ? (["from", "to"] as const) : (["to", "from"] as const);
  const next = Map.groupBy(edges, (edge) => edge[near]);
  const seen = new Set<string>([root]);
  const lines: string[] = [];
  const draw = (digest: string, indent: string): void => {
    const steps = next.get(digest as Edge["from"]) ?? [];
    for (const [at, edge] of steps.entries()) {
      const last = at === steps.length - 1;
      const target = edge[far];
      const again = seen.has(target) && (next.get(target)?.length ?? 0) > 0;
      lines.push(`${indent}${last ? "└── " : "├── "}${label(edge, direction)} ${describe(byDigest.get(target), target)}${again ? " (see above)" : ""}`);
      if (seen.has(target)) continue;
      seen.add(target);
      draw(target, `${indent}${last ? "    " : "│   "}`);
    }
  };
  lines.push(describe(byDigest.get(root), root));
  draw(root, "");
  return lines;
}

/** The graph in the language of Graphviz (graphviz.org/doc/info/lang.html). */
export function dotGraph({ name, nodes, edges }: GraphAnswer): string[] {
  return [
    `digraph ${quote(name)} {`,
    "  rankdir=LR; node [shape=box, fontname=monospace];",
    ...nodes.map((node) => {
      const lines = [shortDigest(node.digest), node.type ?? node.mediaType, ...node.tags.slice(0, 5), node.missing ? "missing" : ""].filter(Boolean);
      return `  ${quote(node.digest)} [label=${quote(...lines)}${node.missing ? ", style=dashed" : node.kind === "blob" ? ", style=rounded" : ""}];`;
    }),
    ...edges.map(
      ({ from, to, kind, platform }) => `  ${quote(from)} -> ${quote(to)} [label=${quote(...(platform === undefined ? [kind] : [kind, platform]))}];`,
    ),
    "}",
  ];
}

/** A text of one or more lines. */
function quote(...lines: readonly string[]): string {
  const safe = lines.map((line) => printable(line).replaceAll("\\", "\\\\").replaceAll('"', '\\"'));
  return `"${safe.join("\\n")}"`;
}

function label({ kind, platform }: Edge, direction: "down" | "up"): string {
  if (kind === "subject") return direction === "down" ? "subject" : "referrer";
  if (kind === "child") return platform ?? (direction === "down" ? "child" : "index");
  return kind;
}

function describe(node: Node | undefined, digest: string): string {
  if (node === undefined) return shortDigest(digest);
  const { mediaType, type, size, tags, missing } = node;
  const names = tags.length === 0 ? "" : ` [${tags.slice(0, 5).join(", ")}${tags.length > 5 ? ", …" : ""}]`;
  return printable(`${shortDigest(digest)} ${typeTitle(type ?? mediaType)}, ${formatAmount(size)}${names}${missing ? ", missing" : ""}`);
}
