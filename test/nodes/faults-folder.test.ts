import { postgresSuite } from "../support/postgres-suite.ts";
import { faultCases } from "./fault-cases.ts";

postgresSuite((database) => faultCases(database));
