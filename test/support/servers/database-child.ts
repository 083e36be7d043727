// Opens the given data directory; with `write`, inserts rows and prints each acknowledgement.
import { createPgliteDatabase } from "../../../adapters/databases/pglite/database.ts";
import { sql } from "../../../handlers/lib/sql.ts";
import { builtThread } from "./built.ts";

const [directory = "", prepared = "", mode = "hold"] = process.argv.slice(2);
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const quiet = (): void => undefined;

const database = createPgliteDatabase({
  directory,
  preparedDirectory: prepared,
  threadModule: builtThread(),
  logger: { debug: quiet, info: quiet, warn: quiet, error: quiet },
});
try {
  await database.open({ url: "http://127.0.0.1:7860" });
} catch (error) {
  say(`refused ${error instanceof Error ? error.message : ""}`);
  process.exit(0);
}
say(`open ${process.pid}`);
if (mode === "write") {
  await database.query(
    sql`create table if not exists rows (id serial primary key, run int, n int, body text)`,
  );
  const runs = await database.query<{ run: number }>(
    sql`select coalesce(max(run), 0) + 1 as run from rows`,
  );
  const run = runs[0]?.run ?? 0;
  for (let n = 0; ; n += 1) {
    // Two rows of one batch: afterwards both or neither may exist.
    await database.batch([
      sql`insert into rows (run, n, body) values (${run}, ${n}, ${"x".repeat((n % 50) * 100)})`,
      sql`insert into rows (run, n, body) values (${run}, ${n}, ${"y".repeat((n % 50) * 100)})`,
    ]);
    say(`saved ${run} ${n}`);
  }
}
