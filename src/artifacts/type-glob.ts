import { starGlob } from "../oci/star-glob.ts";

const CHARACTERS = /^[a-z0-9!#$&^_.+*-]+(?:\/[a-z0-9!#$&^_.+*-]+)?$/i;

/** Characters. */
const GLOB_LIMIT = 255;

/** Why a text is no glob over media types, or undefined when it is one. */
export function typeGlobProblem(glob: string): string | undefined {
  if (glob.length > GLOB_LIMIT) return `expected at most ${GLOB_LIMIT} characters`;
  if (!CHARACTERS.test(glob)) return "expected a media type, in which * stands for any characters, e.g. application/vnd.example.*";
  return undefined;
}

/** Compiles a glob over media types: `*` stands for any characters. Case is ignored. */
export function compileTypeGlob(glob: string): (type: string) => boolean {
  const matches = starGlob(glob.toLowerCase());
  return (type) => matches(type.toLowerCase());
}
