import { setTimeout as sleep } from "node:timers/promises";
import { threadTime, type ChildServer } from "./child-server.ts";
import { measureDialects } from "./dialects.ts";
import { printTable, quantile } from "./statistics.ts";
import { openStreams } from "./stream-client.ts";
import { startStreamServers } from "./stream-servers.ts";

const streams = 250;
const repetitions = 3;

/** What a token costs by itself in each dialect, and what it costs to store a run with its log. */
export async function run(): Promise<void> {
  const { servers, during, stop } = await startStreamServers();
  const storing = await costOfStoring(servers.docent, during);
  await stop();
  printTable([
    ["AI SDK's dialect, 20 tokens/s", "µs of CPU a token"],
    ...Object.entries(storing).map(([name, cost]) => [name, cost.toFixed(1)]),
  ]);
  printTable([
    ["from parts to bytes", "µs of CPU a token"],
    ...Object.entries(await measureDialects()).map(([name, cost]) => [name, cost.toFixed(1)]),
  ]);
}

const uiMessage = (words: string) => ({
  id: crypto.randomUUID(),
  messages: [{ id: crypto.randomUUID(), role: "user", parts: [{ type: "text", text: words }] }],
});

/** The same streams unsaved, and saved for a guest. */
async function costOfStoring(
  server: ChildServer,
  during: Awaited<ReturnType<typeof startStreamServers>>["during"],
): Promise<Record<string, number>> {
  const response = await fetch(`${server.url}/api/auth/guest`, { method: "POST" });
  const { access_token: token } = (await response.json()) as { access_token: string };
  const saved = { message: uiMessage, headers: { authorization: `Bearer ${token}` } };
  const costs: Record<string, number[]> = {};
  for (let repetition = 0; repetition < repetitions; repetition += 1) {
    for (const [name, how] of Object.entries({ unsaved: { message: uiMessage }, saved })) {
      const { watch, ended } = await openStreams(server, streams, "held 50", how);
      const cost = await during(async () => {
        const seen = watch();
        const before = threadTime(server.pid);
        await sleep(4000);
        return (threadTime(server.pid) - before) / seen.tokens;
      });
      (costs[name] ??= []).push(cost);
      await ended;
    }
  }
  return Object.fromEntries(
    Object.entries(costs).map(([name, each]) => [name, quantile(each, 0.5)]),
  );
}
