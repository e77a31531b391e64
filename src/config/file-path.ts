import { z } from "zod";
import { valueKinds } from "./value-kind.ts";

/** A path, resolved against the place where it was written. */
export const filePath = z.string().min(1, "expected a path").register(valueKinds, { kind: "path" });
