import { realpath } from "node:fs/promises";
import type { Digest } from "../oci/digest.ts";
import { ClientError } from "./client-error.ts";
import type { ByteStream } from "./content/content.ts";
import { directoryMembers } from "./content/directory-members.ts";
import { writeFileAtomically } from "./content/files.ts";
import { gzip } from "./content/gzip.ts";
import { type TarMember, tarStream } from "./content/tar-stream.ts";
import { titleProblem } from "./file-names.ts";
import { leadsOut } from "./inside-folder.ts";

/** A folder that was packed. */
export interface PackedFolder {
  /** Of the compressed archive. */
  readonly digest: Digest;
  readonly size: number;
  /** Of the archive before it was compressed. */
  readonly contentDigest: Digest;
}

/**
 * Packs a folder as ORAS does: a compressed tar archive whose names begin with the title. Equal content makes equal bytes: times, owners and
 * all permissions but that to run a file are left out.
 * @throws ClientError `invalid` for what could not be unpacked safely: links that lead out, devices, names that are none elsewhere
 */
export async function packFolder(
  folder: string,
  { title, to, signal }: { readonly title: string; readonly to: string; readonly signal?: AbortSignal },
): Promise<PackedFolder> {
  const root = await realpath(folder);
  const members = directoryMembers(root, {
    boundary: root,
    ...(title !== "." && { prefix: title }),
    remedy: "take it out of the folder",
    ...(signal && { signal }),
  });
  const depth = title === "." ? 0 : title.split("/").length;
  const [content, archive] = [hashed(tarStream(checked(members, depth))), { size: 0 }];
  const packed = hashed(gzip(content.stream), (bytes) => (archive.size += bytes));
  await writeFileAtomically(to, packed.stream);
  return { digest: packed.digest(), size: archive.size, contentDigest: content.digest() };
}

/** Refuses what a pull would refuse. */
async function* checked(members: AsyncIterable<TarMember>, depth: number): AsyncGenerator<TarMember> {
  for await (const member of members) {
    const problem = titleProblem(member.name);
    if (problem !== undefined) throw new ClientError("invalid", `the name of ${member.name} cannot be used elsewhere: ${problem}`);
    if (member.kind === "link" && leadsOut(member.name.split("/").slice(depth).join("/"), member.target)) {
      throw new ClientError(
        "invalid",
        `${member.name} is a link that could lead out of the folder, to ${member.target.slice(0, 160)}: take it out of the folder`,
      );
    }
    yield member;
  }
}

function hashed(stream: ByteStream, onBytes: (bytes: number) => void = () => {}) {
  const hasher = new Bun.CryptoHasher("sha256");
  const pass = async function* (): AsyncGenerator<Uint8Array> {
    for await (const piece of stream) {
      hasher.update(piece);
      onBytes(piece.length);
      yield piece;
    }
  };
  return { stream: pass(), digest: () => `sha256:${hasher.digest("hex")}` as Digest };
}
