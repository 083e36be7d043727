import { afterAll, expect, test } from "vitest";
import { runKills } from "../support/clients/kills.ts";
import { cleanUp } from "../support/servers/server-process.ts";

afterAll(cleanUp);

test("a server that is killed again and again under load loses nothing acknowledged", async () => {
  const { acknowledged, starts, ...trouble } = await runKills({
    kills: 3,
    workMilliseconds: 600,
    pauseMilliseconds: 40,
  });
  expect(trouble).toEqual({ lost: [], halves: [], unclear: [] });
  expect(acknowledged).toBeGreaterThan(20);
  expect(starts).toHaveLength(4);
});
