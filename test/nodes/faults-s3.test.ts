import { afterAll } from "bun:test";
import { postgresSuite } from "../support/postgres-suite.ts";
import { type S3Server, startVersitygw } from "../support/versitygw.ts";
import { faultCases } from "./fault-cases.ts";

let service: S3Server | undefined;
afterAll(() => service?.stop(), 60_000);

postgresSuite((database) =>
  faultCases(database, async () => {
    service = await startVersitygw();
    const { endpoint, credentials, makeBucket } = service;
    return { driver: "s3", endpoint, bucket: await makeBucket(), accessKeyIdFile: credentials.accessKeyId, secretAccessKeyFile: credentials.secretAccessKey };
  }),
);
