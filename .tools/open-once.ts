// Opens a database on the script of its thread, and keeps what V8 compiled of it:
// `node .tools/open-once.ts SCRIPT DIRECTORY FILE`.
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { MessageChannel, Worker } from "node:worker_threads";
import { toCodeFile } from "../adapters/code-file.ts";
import { createPgliteDatabase } from "../adapters/databases/pglite/database.ts";
import { createLogger } from "../adapters/loggers/lines.ts";
import { sql } from "../handlers/lib/sql.ts";

const [path = "", directory = "", file = ""] = process.argv.slice(2);
const { port1, port2 } = new MessageChannel();
const worker = new Worker(new URL("./kept-thread.ts", import.meta.url), {
  workerData: { script: pathToFileURL(path).href, port: port2 },
  transferList: [port2],
});
const database = createPgliteDatabase({
  directory,
  preparedDirectory: join(dirname(path), "first-database"),
  logger: createLogger({
    level: "warn",
    format: "text",
    write: (lines) => process.stderr.write(lines),
  }),
  worker,
});
await database.open();
await database.query(sql`select id, path, hash from documents where path <> ${""} limit ${1}`);
await database.batch([
  sql`update documents set path = path where hash = any(${[""]}::text[])`,
  sql`select count(*)::integer as documents from documents`,
]);
port1.postMessage("keep");
const [code] = (await once(port1, "message")) as [Uint8Array];
writeFileSync(file, toCodeFile(readFileSync(path), code));
port1.close();
await database.close();
