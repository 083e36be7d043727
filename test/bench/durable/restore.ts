import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { backUpNow } from "../../../adapters/databases/backup/by-hand.ts";
import { migrate } from "../../../adapters/databases/migrate.ts";
import { createPgliteDatabase } from "../../../adapters/databases/pglite/database.ts";
import { chooseSnapshotStore } from "../../../adapters/snapshot-stores/choose.ts";
import { systemClock } from "../../../handlers/lib/time.ts";
import type { Database } from "../../../handlers/ports/database.ts";
import { startS3Process } from "../../support/stand-ins/snapshots/s3-process.ts";
import { cpuTime, startChild } from "../child-server.ts";
import { printTable } from "../statistics.ts";
import { settingsOf } from "./bucket-settings.ts";

const quiet = { debug() {}, info() {}, warn() {}, error: console.error };

/** How long a server with an empty disk restores conversations of two questions and two answers. */
export async function runRestoreBench(sizes: readonly number[]): Promise<void> {
  const rows: (string | number)[][] = [
    ["conversations", "rows", "snapshot KB", "restore ms", "start to ready ms", "CPU s of that"],
  ];
  for (const size of sizes) rows.push(await measure(size));
  printTable(rows);
}

async function measure(conversations: number): Promise<(string | number)[]> {
  const s3 = await startS3Process();
  const folder = await mkdtemp(join(tmpdir(), "docent-bench-"));
  const bytes = await fill(conversations, folder, s3);
  const began = performance.now();
  const server = await startChild(["dist/server.js"], {
    DATA_DIR: join(folder, "restored"),
    ...settingsOf(s3),
  });
  while (!(await fetch(`${server.url}/ready`)).ok) await sleep(5);
  const ready = performance.now() - began;
  const cpu = (cpuTime(server.pid) ?? 0) / 1_000_000;
  const [, rows = "", milliseconds = ""] =
    /restored from its backup rows=(\d+) .*milliseconds=(\d+)/.exec(server.log()) ?? [];
  await server.stop();
  await s3.stop();
  await rm(folder, { recursive: true, force: true });
  return [conversations, rows, Math.round(bytes / 1024), milliseconds, Math.round(ready), cpu];
}

/** Puts a snapshot of so many conversations into the bucket. Resolves to its bytes. */
async function fill(
  conversations: number,
  folder: string,
  { endpoint, bucket, keys }: Parameters<typeof settingsOf>[0],
): Promise<number> {
  const database = createPgliteDatabase({
    directory: join(folder, "first"),
    preparedDirectory: "dist/database",
    logger: quiet,
  });
  await database.open();
  await migrate(database, { logger: quiet });
  await insert(database, conversations);
  const { bytes } = await backUpNow(database, {
    store: chooseSnapshotStore({ kind: "s3", prefix: "bench", endpoint, bucket, ...keys }),
    passphrase: undefined,
    secretPath: join(folder, "secret"),
    clock: systemClock,
    signal: new AbortController().signal,
  });
  await database.close();
  return bytes;
}

/** Questions of 60 characters, and answers of 1,200 that no two have alike. */
async function insert(database: Database, conversations: number): Promise<void> {
  const run = (text: string) => database.query({ text, values: [] });
  await run(
    `insert into users (id, kind, email) values ('00000000-0000-7000-8000-00000000000a', 'user', 'ada@example.org')`,
  );
  await run(`insert into conversations (id, owner_id, title)
    select gen_random_uuid(), users.id, 'conversation ' || n
    from users, generate_series(1, ${conversations}) as n`);
  await run(`insert into messages (id, conversation_id, role, content, status)
    select gen_random_uuid(), conversations.id, case when n % 2 = 1 then 'user' else 'assistant' end,
      case when n % 2 = 1 then rpad('How do I trim the wick ' || n, 60, '?')
        else (select string_agg(md5(n::text || conversations.id || word), ' ') from generate_series(1, 36) as word) end,
      'complete'
    from conversations, generate_series(1, 4) as n`);
}
