// `node .tools/compile-postgres.ts make FILE CALLS`: has V8's optimising compiler compile PostgreSQL's functions whose
// numbers are in CALLS, and stores the machine code in FILE. `… check FILE`: fails where V8 does not take it.
import { readFileSync, writeFileSync } from "node:fs";
import { pgliteFile } from "../adapters/databases/pglite/files.ts";
import { useOfHints, withFlags } from "../adapters/databases/pglite/flags.ts";
import { readModule } from "../adapters/databases/pglite/hints.ts";
import { readStoredCode, toStoredCode } from "../adapters/databases/pglite/stored-code.ts";
import { toHints } from "./postgres-hints.ts";

const [task, file = "", calls = ""] = process.argv.slice(2);
const path = pgliteFile("pglite.wasm");
if (task === "make") {
  const { called } = JSON.parse(readFileSync(calls, "utf8")) as { readonly called: number[] };
  const module = readFileSync(path);
  const hinted = readModule(path, toHints(module, called, "optimisedAtOnce"));
  const compiled = withFlags([useOfHints], () => new WebAssembly.Module(hinted));
  writeFileSync(file, toStoredCode(compiled, module));
} else if (readStoredCode(path, file) === undefined) {
  throw new Error("V8 does not take the machine code that it made");
}
