import { afterAll, beforeAll, expect, test } from "vitest";
import { bringUpToDate } from "../../adapters/databases/bring-up-to-date.ts";
import { createPostgresDatabase } from "../../adapters/databases/postgres/database.ts";
import { startIdentityServer, type IdentityServer } from "../support/stand-ins/identity-server.ts";
import { startNeonStandIn } from "../support/stand-ins/neon-stand-in.ts";
import { postgresBinaries, startPostgres } from "../support/servers/postgres-server.ts";
import { cleanUp, postJson, startServer } from "../support/servers/server-process.ts";
import { createRecordingLogger } from "../support/apps/test-app.ts";
import { startWorker } from "../support/servers/workerd.ts";

/** Where people are sent back to must be known beforehand; nobody listens there, and the test goes on elsewhere. */
const publicUrl = "http://localhost:7860";

let identity: IdentityServer;
beforeAll(async () => {
  identity = await startIdentityServer(publicUrl);
});
afterAll(async () => {
  await cleanUp();
  await identity.stop();
});

test("the built server signs people in with the provider its settings name", async () => {
  const server = await startServer({ environment: identity.environment });
  await expect.poll(async () => (await fetch(`${server.url}/ready`)).status).toBe(200);
  await signIn(server.url);
  for (const secret of identity.standIn.secrets) expect(server.log()).not.toContain(secret);
});

test.skipIf(postgresBinaries === undefined)("so does a worker, in workerd", async () => {
  const server = await startPostgres();
  const neon = await startNeonStandIn(server.url);
  const database = createPostgresDatabase({ url: server.url });
  await bringUpToDate(database, createRecordingLogger().logger);
  await database.close();
  const bindings = {
    ...identity.environment,
    DATABASE_URL: "postgresql://docent:right@ep-test.eu.neon.tech/postgres",
    JWT_SECRET: "a secret for tests, of more than thirty-two bytes",
  };
  const worker = await startWorker({ bindings, neon: `127.0.0.1:${neon.port}` });
  try {
    await expect.poll(async () => (await fetch(`${worker.url}/ready`)).status).toBe(200);
    await signIn(worker.url);
    // What was found out for one request is of use to the next.
    await Promise.all([signIn(worker.url), signIn(worker.url)]);
    for (const secret of identity.standIn.secrets) expect(worker.log()).not.toContain(secret);
  } finally {
    await worker.stop();
    await neon.stop();
    await server.stop();
  }
});

/** Out to the provider, back, and in. */
async function signIn(url: string): Promise<void> {
  const open = (path: string, cookie = "") =>
    fetch(url + path, { redirect: "manual", headers: { cookie } });
  const begun = await open("/api/auth/huggingface");
  expect(begun.status).toBe(302);
  const agreed = await fetch(begun.headers.get("location") ?? "", { redirect: "manual" });
  const back = agreed.headers.get("location")?.replace(publicUrl, "") ?? "";
  const returned = await open(back, cookieOf(begun));
  const code = returned.headers.get("location")?.replace("/#sign-in=", "") ?? "";
  const redeem = `${url}/api/auth/huggingface/redeem`;
  const grant = await postJson(redeem, { code }, { cookie: cookieOf(returned) });
  expect(grant.status).toBe(200);
  expect(await grant.json()).toMatchObject({ user: { kind: "user", name: "Ada" } });
  expect(identity.standIn.complaints).toEqual([]);
}

function cookieOf(response: Response): string {
  return response.headers.get("set-cookie")?.split(";")[0] ?? "";
}
