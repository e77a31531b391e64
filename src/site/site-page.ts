import type { PackageDocument } from "../api/packages.ts";
import type { RepositoryName } from "../oci/name.ts";
import type { Tag } from "../oci/tag.ts";
import { versionsOf } from "../packages/versions.ts";

/** A repository as the page shows it. */
export interface PageEntry {
  readonly name: RepositoryName;
  readonly tags: readonly Tag[];
  /** What the registry says of it, where it has the package API. */
  readonly about: PackageDocument | undefined;
}

/** Tags of a repository that are named; the rest is counted. */
const NAMED = 30;

/** The page that a browser gets: every package with its versions, and how it is had. Nothing in it needs another file or a network. */
export function sitePage(title: string, entries: readonly PageEntry[]): string {
  const count = `${entries.length} ${entries.length === 1 ? "package" : "packages"}`;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
<header>
<h1>${escapeHtml(title)}</h1>
<p>${count}, to pull with any OCI client. This is a static registry: it takes no pushes.</p>
<input id="find" type="search" placeholder="Find a package" aria-label="Find a package" hidden>
</header>
<main>
${entries.map(entryHtml).join("")}<p id="none" hidden>No package is called so.</p>
</main>
<script>${SCRIPT}</script>
</html>
`;
}

function entryHtml({ name, tags, about }: PageEntry): string {
  const versions = versionsOf(tags).map(({ tag }) => tag);
  const others = tags.filter((tag) => !versions.includes(tag));
  const latest = about?.latest?.tag ?? versions[0] ?? others[0];
  const named = [...versions, ...others].slice(0, NAMED);
  const rest = tags.length - named.length;
  const heading = about?.title == null ? "" : ` <small>${escapeHtml(about.title)}</small>`;
  const description = about?.description == null ? "" : `<p>${escapeHtml(about.description)}</p>\n`;
  const command = latest === undefined ? "" : `<pre><code>opm pull <b class="host">&lt;this host&gt;</b>/${name}:${latest}</code></pre>\n`;
  const list = named.map((tag) => `<li>${tag}</li>`).join("");
  return `<details data-name="${name}">
<summary><span>${name}${heading}</span><code>${latest ?? "no tags"}</code></summary>
${description}${command}<ul>${list}${rest > 0 ? `<li>and ${rest} more</li>` : ""}</ul>
</details>
`;
}

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

const STYLE = `
:root{color-scheme:light dark;--line:light-dark(#d9dee4,#363d46);--soft:light-dark(#f5f7f9,#1c2128);--dim:light-dark(#5a6572,#9aa5b1)}
body{font:16px/1.5 system-ui,sans-serif;max-width:52rem;margin:0 auto;padding:2rem 1rem;background:light-dark(#fff,#14181d);color:light-dark(#14181d,#e6eaee)}
h1{margin:0;font-size:1.6rem;overflow-wrap:anywhere}header p,small{color:var(--dim)}
input{width:100%;box-sizing:border-box;font:inherit;padding:.5rem .75rem;border:1px solid var(--line);border-radius:.5rem;background:var(--soft);color:inherit}
details{border:1px solid var(--line);border-radius:.5rem;margin:.5rem 0;padding:0 1rem}
summary{display:flex;gap:1rem;justify-content:space-between;padding:.6rem 0;cursor:pointer;overflow-wrap:anywhere}
summary code{color:var(--dim);white-space:nowrap}
pre{background:var(--soft);padding:.75rem;border-radius:.5rem;overflow-x:auto}b{font-weight:inherit}
ul{display:flex;flex-wrap:wrap;gap:.4rem;padding:0;list-style:none}
li{background:var(--soft);border-radius:.4rem;padding:.1rem .5rem;font:.85rem ui-monospace,monospace;overflow-wrap:anywhere}
`;

/** Finds by name, and writes the host that the page came from into the commands. */
const SCRIPT = `
for(const host of document.querySelectorAll(".host"))if(location.host)host.textContent=location.host;
const find=document.getElementById("find"),rows=[...document.querySelectorAll("details")];
find.hidden=rows.length<2;
find.addEventListener("input",()=>{let shown=0;for(const row of rows){row.hidden=!row.dataset.name.includes(find.value.trim().toLowerCase());if(!row.hidden)shown++}
document.getElementById("none").hidden=shown>0});
`;
