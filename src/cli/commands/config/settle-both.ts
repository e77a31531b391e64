/** Both, or what is wrong with either, at once. @throws ConfigError with the problems of both */
export async function settleBoth<A, B>(one: Promise<A>, other: Promise<B>): Promise<readonly [A, B]> {
  const [first, second] = await Promise.allSettled([one, other]);
  if (first.status === "fulfilled" && second.status === "fulfilled") return [first.value, second.value];
  const { ConfigError } = await import("../../../yaml/config-error.ts");
  const reasons: unknown[] = [first, second].flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
  const problems = reasons.flatMap((reason) => (reason instanceof ConfigError ? reason.problems : []));
  throw reasons.find((reason) => !(reason instanceof ConfigError)) ?? new ConfigError(problems);
}
