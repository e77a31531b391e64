import { z } from "zod";
import { tokenDocument } from "../../../api/accounts.ts";

/** `opm token list --json` */
export const tokenListOutput = z.array(tokenDocument);
