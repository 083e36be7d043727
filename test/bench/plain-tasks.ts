// What the tasks bench measures against: node:http and a driver by hand, answering one statement's rows
// as JSON. No session, no token, no limit, no log, no headers of ours.
import { createServer, type ServerResponse } from "node:http";
import { builtThread } from "../support/servers/built.ts";
import { createPgliteDatabase } from "../../adapters/databases/pglite/database.ts";
import type { Statement } from "../../handlers/ports/database.ts";
import { createMemoryLogger } from "../support/apps/logger.ts";
import { createPostgresDatabase } from "../../adapters/databases/postgres/database.ts";

const { DATA_DIR: directory, DATABASE_URL: url, STATEMENT } = process.env;
const { text, values } = JSON.parse(STATEMENT ?? "") as Statement;

const database = url === undefined ? await openEmbedded() : createPostgresDatabase({ url });

async function openEmbedded() {
  const threadModule = builtThread();
  const embedded = createPgliteDatabase({
    ...(directory !== undefined && { directory }),
    threadModule,
    logger: createMemoryLogger(),
  });
  await embedded.open();
  return embedded;
}

async function answer(response: ServerResponse): Promise<void> {
  const tasks = await database.query({ text, values });
  response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify({ tasks, next_cursor: null }));
}

const server = createServer((_request, response) => void answer(response));
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  process.stdout.write(`listening url=http://127.0.0.1:${port}\n`);
});
process.once("SIGTERM", () => void database.close().then(() => process.exit(0)));
