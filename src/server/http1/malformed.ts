import { distributionCode } from "../../oci/error-codes.ts";
import { type HttpReply, jsonReply } from "../http.ts";

/** Statuses of requests that are refused before anything looks at what they ask for. */
type Status = 400 | 408 | 417 | 431 | 505;

/** Why a Host is refused. */
export const NO_HOST = "the Host header has a character that no host has: send a name or an address, with a port where one is needed";

/** A request that is none, or beyond what this server reads. Where its end is cannot be told, so its connection ends with the answer. */
export class MalformedRequest extends Error {
  readonly status: Status;

  constructor(message: string, status: Status = 400) {
    super(message);
    this.name = "MalformedRequest";
    this.status = status;
  }
}

/** The answer, as endpoints of the distribution specification refuse: which surface it was for is not known. */
export function malformedReply({ status, message }: MalformedRequest): HttpReply {
  return jsonReply({ errors: [{ code: distributionCode("REQUEST_INVALID"), message }] }, { Connection: "close" }, status);
}
