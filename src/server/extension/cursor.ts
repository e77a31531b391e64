import { createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { RegistryError } from "../../oci/errors.ts";
import type { Position } from "../../storage/catalog-query.ts";

/** Bytes of the code that authenticates a cursor. */
const CODE_LENGTH = 16;

const positionSchema = z.tuple([z.union([z.string(), z.number()]), z.string()]);

/** Makes the positions of pages opaque, and knows its own work again. */
export interface Cursors {
  /** @param request what the cursor is good for: the operation, its path and filters */
  seal(request: string, position: Position): string;
  /** @throws RegistryError `UNSUPPORTED` when the cursor was not sealed here for this very request */
  open(request: string, cursor: string): Position;
}

/** @param key secret; processes that share the data share it, so that each reads the cursors of the others */
export function createCursors(key: Uint8Array): Cursors {
  const codeOf = (request: string, payload: string): Buffer => createHmac("sha256", key).update(`${payload}\n${request}`).digest().subarray(0, CODE_LENGTH);
  return {
    seal(request, { key: sortKey, name }) {
      const payload = Buffer.from(JSON.stringify([sortKey, name])).toString("base64url");
      return `${payload}.${codeOf(request, payload).toString("base64url")}`;
    },
    open(request, cursor) {
      const [payload = "", code = "", ...rest] = cursor.split(".");
      const given = Buffer.from(code, "base64url");
      const expected = codeOf(request, payload);
      if (rest.length > 0 || given.length !== CODE_LENGTH || !timingSafeEqual(given, expected) || given.toString("base64url") !== code) throw invalidCursor();
      const position = positionSchema.safeParse(JSON.parse(Buffer.from(payload, "base64url").toString()));
      if (!position.success) throw invalidCursor();
      return { key: position.data[0], name: position.data[1] };
    },
  };
}

function invalidCursor(): RegistryError {
  return new RegistryError("UNSUPPORTED", "parameter cursor: it is not one of this list with these filters; begin again without it", {
    detail: { parameter: "cursor" },
  });
}
