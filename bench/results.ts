import { z } from "zod";

const sampleSchema = z.object({
  figure: z.number(),
  cpu: z.number().nullish(),
  startup: z.number().optional(),
  latencies: z.record(z.string(), z.unknown()).optional(),
});

/** What a run leaves as JSON. Files of before they told machine, versions and commit are read, too. */
const resultsSchema = z.object({
  at: z.string(),
  rounds: z.number(),
  seconds: z.number(),
  machine: z.object({ cpu: z.string(), cpus: z.number(), memory: z.number(), kernel: z.string(), arch: z.string() }).optional(),
  /** Of each server and tool, by name. */
  versions: z.record(z.string(), z.string()).default({}),
  commit: z.string().optional(),
  /** Samples by case and server. */
  figures: z.record(z.string(), z.record(z.string(), z.array(sampleSchema))),
  /** Bytes in each round, by group and server. */
  peaks: z.record(z.string(), z.record(z.string(), z.array(z.number()))).default({}),
  /** Bytes, by server. */
  memory: z.record(z.string(), z.object({ idle: z.number(), peak: z.number() })).default({}),
});

export type Results = z.infer<typeof resultsSchema>;

/** @throws Error for a text that is not what a run leaves; `name` says where it is from */
export function parseResults(text: string, name: string): Results {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(`${name} is not JSON: ${error instanceof Error ? error.message : error}`);
  }
  const parsed = resultsSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Error(`${name} is no result of npm run bench: ${issue?.path.join(".") || "the document"}: ${issue?.message}`);
}
