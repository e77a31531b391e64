import type { Millis } from "../metadata/records.ts";
import type { Call } from "./send.ts";
import type { Xml } from "./xml.ts";

export interface ListedObject {
  readonly key: string;
  readonly size: number;
  readonly modifiedAt: Millis;
}

export interface ListedEntry {
  /** Without the prefix; empty for an object that stands for the folder itself. */
  readonly name: string;
  readonly isFolder: boolean;
}

export interface ListedUpload {
  readonly key: string;
  readonly uploadId: string;
  readonly initiatedAt: Millis;
}

export interface ListedPart {
  readonly number: number;
  readonly etag: string;
  readonly size: number;
}

type Ask = (call: Call) => Promise<Xml>;

/** ListObjectsV2, page after page. */
export async function* listObjects(ask: Ask, prefix: string): AsyncIterable<ListedObject> {
  for await (const page of pages(
    ask,
    { operation: "ListObjects", method: "GET", query: { "list-type": "2", prefix, "encoding-type": "url" } },
    objectMarkers,
  )) {
    const name = nameReader(page);
    for (const object of page.all("Contents")) {
      yield { key: name(object.text("Key") ?? ""), size: Number(object.text("Size")), modifiedAt: Date.parse(object.text("LastModified") ?? "") };
    }
  }
}

/** What lies directly below a prefix that ends in `/`, or is empty: objects, and what would be folders. */
export async function* listFolder(ask: Ask, prefix: string): AsyncIterable<ListedEntry> {
  const query = { "list-type": "2", prefix, delimiter: "/", "encoding-type": "url" };
  for await (const page of pages(ask, { operation: "ListObjects", method: "GET", query }, objectMarkers)) {
    const name = nameReader(page);
    for (const folder of page.all("CommonPrefixes")) yield { name: name(folder.text("Prefix") ?? "").slice(prefix.length, -1), isFolder: true };
    for (const object of page.all("Contents")) yield { name: name(object.text("Key") ?? "").slice(prefix.length), isFolder: false };
  }
}

/** ListMultipartUploads, page after page. */
export async function* listUploads(ask: Ask, prefix: string): AsyncIterable<ListedUpload> {
  const call: Call = { operation: "ListMultipartUploads", method: "GET", query: { uploads: "", prefix, "encoding-type": "url" } };
  for await (const page of pages(ask, call, uploadMarkers)) {
    const name = nameReader(page);
    for (const upload of page.all("Upload")) {
      yield { key: name(upload.text("Key") ?? ""), uploadId: upload.text("UploadId") ?? "", initiatedAt: Date.parse(upload.text("Initiated") ?? "") };
    }
  }
}

/** ListParts, page after page. */
export async function* listParts(ask: Ask, { key, uploadId }: { readonly key: string; readonly uploadId: string }): AsyncIterable<ListedPart> {
  for await (const page of pages(ask, { operation: "ListParts", method: "GET", key, query: { uploadId } }, partMarkers)) {
    for (const part of page.all("Part")) {
      yield { number: Number(part.text("PartNumber")), etag: part.text("ETag") ?? "", size: Number(part.text("Size")) };
    }
  }
}

type Markers = (page: Xml) => Readonly<Record<string, string | undefined>>;

const objectMarkers: Markers = (page) => ({ "continuation-token": page.text("NextContinuationToken") });
const uploadMarkers: Markers = (page) => {
  const key = page.text("NextKeyMarker");
  return { "key-marker": key === undefined ? undefined : nameReader(page)(key), "upload-id-marker": page.text("NextUploadIdMarker") };
};
const partMarkers: Markers = (page) => ({ "part-number-marker": page.text("NextPartNumberMarker") });

/** Ends as well where a service says that there is more, and not where: else the first page would come for ever. */
async function* pages(ask: Ask, call: Call, markers: Markers): AsyncIterable<Xml> {
  let from: Record<string, string> = {};
  while (true) {
    const page = await ask({ ...call, query: { ...call.query, ...from } });
    yield page;
    const next = Object.fromEntries(Object.entries(markers(page)).filter((pair): pair is [string, string] => pair[1] !== undefined && pair[1] !== ""));
    if (page.text("IsTruncated") !== "true" || Bun.deepEquals(next, from) || Object.keys(next).length === 0) return;
    from = next;
  }
}

/** Keys come encoded where the service says so: XML has no way to write every character. */
function nameReader(page: Xml): (name: string) => string {
  return page.text("EncodingType") === "url" ? (name) => decodeURIComponent(name.replaceAll("+", " ")) : (name) => name;
}
