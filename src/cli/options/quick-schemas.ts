import { config } from "zod/mini";

// Compiling a parser for each schema pays off in a server; in a command it takes longer than all the parsing that follows.
config({ jitless: true });
