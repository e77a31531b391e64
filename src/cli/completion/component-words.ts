import { type Candidate, type Lookup, word } from "./lookup.ts";
import { namesAt, placedWords, tagsOf } from "./registry-words.ts";

/** Where registries keep component versions, below the place that a reference names. */
const FOLDER = "component-descriptors/";

/** `host/place//component:version`. Before the place is whole, the places that have components. */
export async function componentWords(lookup: Lookup): Promise<Candidate[]> {
  const { current } = lookup;
  const [, place = "", component = ""] = /^((?:https?:\/\/)?[^/]+(?:\/[^/]+)*)\/\/(.*)$/.exec(current) ?? [];
  if (place !== "") return await inPlace(lookup, place, component);
  const words = await placedWords("repository", lookup);
  const places = words.map(({ value }) => word(value.replace(/\/component-descriptors\/.*$/, "//")));
  return [...new Map(places.filter(({ value }) => value.endsWith("/")).map((each) => [each.value, each])).values()];
}

async function inPlace(lookup: Lookup, place: string, component: string): Promise<Candidate[]> {
  const bare = place.replace(/^https?:\/\//, "");
  const [host = ""] = bare.split("/");
  const folder = `${bare.slice(host.length + 1)}/${FOLDER}`.replace(/^\//, "");
  const colon = component.indexOf(":");
  if (colon < 0) {
    const names = await namesAt("name", lookup, host, `${folder}${component}`);
    return names.map(({ value }) => word(`${place}//${value.slice(folder.length)}`));
  }
  const name = component.slice(0, colon);
  const repository = `${host}/${folder}${name}`;
  const tags = await tagsOf({ ...lookup, current: `${repository}:${component.slice(colon + 1).replaceAll("+", ".build-")}` }, repository, ":");
  return tags.map(({ value }) => word(`${place}//${name}:${value.slice(repository.length + 1).replaceAll(".build-", "+")}`));
}
