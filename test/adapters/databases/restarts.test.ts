import { expect, test } from "vitest";
import { postgresBinaries } from "../../support/servers/postgres-server.ts";
import { runTurns } from "../../support/clients/turns.ts";

const name =
  "of 100 turns while the database restarts three times, each is kept or clearly refused";

// `npm run bench -- restarts` does 1,000 and ten.
if (postgresBinaries === undefined) {
  test.skip(`${name} (skipped: no PostgreSQL server binaries found)`);
} else {
  test(name, { timeout: 120_000 }, async () => {
    const result = await runTurns({ turns: 100, restarts: 3, openMilliseconds: 500 });
    expect(result).toMatchObject({ lost: 0, unclear: [], crashes: [] });
    expect(result.acknowledged + result.refused).toBe(100);
    // A busy machine is slower to be back, and refuses more of them.
    expect(result.acknowledged).toBeGreaterThan(20);
  });
}
