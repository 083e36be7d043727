import { setTimeout as sleep } from "node:timers/promises";
import { collectEvents } from "../../support/clients/events.ts";
import { limits, registerAccount } from "../../support/backup/losses.ts";
import { startBackedUp } from "../../support/backup/server.ts";
import { cleanUp, makeDirectory, postJson } from "../../support/servers/server-process.ts";
import type { Traffic } from "../../support/stand-ins/snapshots/faulty-server.ts";
import { startS3Process } from "../../support/stand-ins/snapshots/s3-process.ts";
import { printTable } from "../statistics.ts";
import { settingsOf } from "./bucket-settings.ts";

/** The hour passes in 3 minutes: the backup does everything 20 times as often, and people ask so, too. */
const times = 20;
const hourMilliseconds = 3_600_000 / times;
/** Between two questions of a person. */
const thinkingMilliseconds = 30_000 / times;

/** What an hour sends to the store: bytes of bodies, and requests. Most of them cost money with some vendors. */
export async function runHourBench(): Promise<void> {
  const rows: (string | number)[][] = [
    ["people who ask every 30 s", "answers", "PUT", "GET", "DELETE", "KB sent", "KB read"],
  ];
  rows.push(...(await Promise.all([0, 1, 10].map((people) => passAnHour(people)))));
  printTable(rows);
  await cleanUp();
}

async function passAnHour(people: number): Promise<(string | number)[]> {
  const s3 = await startS3Process();
  const environment = { ...limits, ...settingsOf(s3) };
  const dataDirectory = await makeDirectory();
  const server = await startBackedUp({ dataDirectory, environment }, { times });
  while (!server.log().includes("documents ingested")) await sleep(10);
  const token = await registerAccount(server.url);
  await sleep(2000);
  const before = await s3.traffic();
  const stopped = AbortSignal.timeout(hourMilliseconds);
  const counts = await Promise.all(
    Array.from({ length: people }, (_, person) => chat(server.url, token, person, stopped)),
  );
  if (people === 0) await sleep(hourMilliseconds);
  const after = await s3.traffic();
  await server.end("SIGTERM");
  await s3.stop();
  const since = differenceOf(before.gateway, after.gateway);
  const answers = counts.reduce((sum, count) => sum + count, 0);
  const { PUT = 0, GET = 0, DELETE = 0 } = since.requests;
  return [people, answers, PUT, GET, DELETE, kilobytes(since.received), kilobytes(since.sent)];
}

/** One conversation of questions and answers. Resolves to the number of answers. */
async function chat(
  url: string,
  token: string,
  person: number,
  signal: AbortSignal,
): Promise<number> {
  const headers = { authorization: `Bearer ${token}` };
  let conversation: string | undefined;
  let answers = 0;
  await sleep((person * thinkingMilliseconds) / 10);
  while (!signal.aborted) {
    const next = sleep(thinkingMilliseconds);
    const question = {
      message: "How do I allow my front end's origin?",
      ...(conversation !== undefined && { conversation_id: conversation }),
    };
    const events = await collectEvents(await postJson(`${url}/api/chat`, question, headers));
    conversation ??= String(events[0]?.data["conversation_id"]);
    if (events.at(-1)?.data["type"] === "done") answers += 1;
    await next;
  }
  return answers;
}

const kilobytes = (bytes: number) => Math.round(bytes / 1024);

function differenceOf(before: Traffic, after: Traffic): Traffic {
  const requests = Object.entries(after.requests).map(([method, count]) => [
    method,
    count - (before.requests[method] ?? 0),
  ]);
  return {
    requests: Object.fromEntries(requests),
    received: after.received - before.received,
    sent: after.sent - before.sent,
  };
}
