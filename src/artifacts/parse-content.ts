import type { ExtractorId } from "./artifact-type.ts";
import { ContentError } from "./content-error.ts";
import type { Content } from "./extractor.ts";
import { EXTRACTORS } from "./extractors/table.ts";
import { FactCollector, type Findings } from "./fact-collector.ts";
import { PROBLEM_LIMIT } from "./limits.ts";
import { oneLine } from "./text.ts";

/** What one layer or config says, and why the rest of it could not be read. */
export interface ParsedContent {
  readonly findings: Findings;
  readonly problem: string | undefined;
  /** The problem is that reading it takes too long, and would the next time. */
  readonly tooLong?: boolean;
}

/** Reads one layer or config. Never throws for what it holds; what was found before a problem is kept. */
export function parseContent(extractor: ExtractorId, content: Content): ParsedContent {
  const facts = new FactCollector();
  let problem: string | undefined;
  try {
    EXTRACTORS[extractor].parse(content, facts);
  } catch (error) {
    problem = problemOf(error);
  }
  return { findings: facts.findings(), problem };
}

function problemOf(error: unknown): string {
  if (error instanceof ContentError) return oneLine(error.message, PROBLEM_LIMIT);
  const reason = error instanceof Error ? error.message : String(error);
  return oneLine(`the content of the artifact cannot be read: ${reason}`, PROBLEM_LIMIT);
}
