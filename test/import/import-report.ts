import type { ClientUnderTest } from "../cli-client/client-tests.ts";

type Numbers = Record<"source" | "target" | "sent" | "different" | "added" | "mounted" | "sentBytes", number>;

/** What tests read of `opm import --json`. */
export interface Report {
  readonly code: number;
  readonly stderr: string;
  readonly complete: boolean;
  readonly total: Record<"tags" | "manifests" | "referrers" | "blobs", Numbers> & { readonly untagged: number; readonly gaps: number };
  readonly findings: readonly { readonly repository: string; readonly reference: string | null; readonly state: string; readonly reason: string }[];
}

/** Imports with `--json`, whatever comes of it. @throws Error where nothing is printed */
export async function importReport(opm: ClientUnderTest, ...args: readonly string[]): Promise<Report> {
  const { code, stdout, stderr } = await opm.run(["import", "--json", ...args]);
  if (stdout === "") throw new Error(`opm import ${args.join(" ")} exited with ${code}: ${stderr}`);
  return { ...(JSON.parse(stdout) as Omit<Report, "code" | "stderr">), code, stderr };
}

/** What was found, by tag or digest. */
export function foundIn({ findings }: Report): Record<string, [state: string, reason: string]> {
  return Object.fromEntries(findings.map(({ reference, state, reason }) => [reference ?? "", [state, reason]]));
}
