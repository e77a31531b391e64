import type { Case } from "../case.ts";
import { titleOf } from "../report.ts";
import { messageOf, openStage, type StageOptions } from "../stage.ts";
import { short } from "../statistics.ts";
import type { Subject } from "../subject.ts";
import { textTable } from "../text-table.ts";
import type { CountedServices } from "./services.ts";
import { COUNTED } from "./subjects.ts";

/** Requests to S3 and round trips to PostgreSQL for a request, of a server. */
export type Counts = ReturnType<CountedServices["take"]>;

/** By case and server. */
export type Counted = ReadonlyMap<string, ReadonlyMap<string, Counts>>;

/** A server whose services count what it asks of them. */
export interface CountedSubject {
  readonly subject: Subject;
  readonly services: CountedServices;
}

/**
 * Goes through each case twice on each server, one request after the other, and counts the second time, when caches are warm.
 * @throws Error when ours fails
 */
export async function countCases(cases: readonly Case[], counted: readonly CountedSubject[], options: Omit<StageOptions, "subjects">) {
  const stage = await openStage("scale", { ...options, subjects: counted.map(({ subject }) => subject) });
  const counts = new Map<string, Map<string, Counts>>(cases.map(({ name }) => [name, new Map()]));
  const failures = [...stage.failures];
  try {
    for (const each of cases) {
      for (const server of stage.servers) {
        const { name, kind } = server.subject;
        const services = counted.find(({ subject }) => subject === server.subject)?.services;
        try {
          await stage.walk(each, server);
          services?.take();
          const requests = await stage.walk(each, server);
          const { s3, postgres } = services?.take() ?? { s3: 0, postgres: 0 };
          counts.get(each.name)?.set(name, { s3: s3 / requests, postgres: postgres / requests });
        } catch (error) {
          if (kind === "ours") throw error;
          failures.push(`counting ${each.name} on ${name}: ${messageOf(error)}`);
        }
      }
    }
  } finally {
    await stage.close();
  }
  return { counts, failures };
}

/** A table for each service. */
export function countTables(cases: readonly Case[], counts: Counted): string[] {
  const titles = { s3: "requests to S3 a request", postgres: "round trips to PostgreSQL a request" } as const;
  return (["s3", "postgres"] as const).map((service) => {
    const names = Object.entries(COUNTED).flatMap(([name, services]) => ((services as readonly string[]).includes(service) ? [name] : []));
    const measured = names.filter((name) => [...counts.values()].some((servers) => servers.has(name)));
    const cell = (each: Case, name: string) => short(counts.get(each.name)?.get(name)?.[service] ?? Number.NaN);
    return textTable(
      [titles[service], ...measured],
      cases.map((each) => [titleOf(each), ...measured.map((name) => cell(each, name))]),
    );
  });
}
