import { z } from "zod";
import { userDocument } from "../../../api/accounts.ts";

/** `opm user list --json` */
export const userListOutput = z.array(userDocument);
