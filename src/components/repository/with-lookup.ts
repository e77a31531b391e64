import { isClientError } from "../../client/client-error.ts";
import type { ComponentRepository } from "./component-repository.ts";

/** A repository that looks for component versions in others, in this order, where it lacks them. It lists and writes only what is its own. */
export function withLookup(repository: ComponentRepository, others: readonly ComponentRepository[]): ComponentRepository {
  if (others.length === 0) return repository;
  const places = [repository, ...others];
  return {
    ...repository,
    name: places.map(({ name }) => name).join(" or "),
    async get(name, version, options) {
      for (const place of places.slice(0, -1)) {
        try {
          return await place.get(name, version, options);
        } catch (error) {
          if (!isClientError(error, "not-found")) throw error;
        }
      }
      return await (places.at(-1) ?? repository).get(name, version, options);
    },
  };
}
