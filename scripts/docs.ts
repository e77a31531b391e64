// `npm run docs`: writes the reference pages that follow from the code.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { referencePages } from "./lib/reference-pages.ts";
import { ROOT } from "./lib/root.ts";

for (const [path, text] of Object.entries(await referencePages())) {
  await writeFile(join(ROOT, path), text);
  console.log(path);
}
