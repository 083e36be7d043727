import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../support/apps/test-app.ts";

const adminKey = "an administrator's key of more than thirty-two bytes";

// One long page, as a README is: what is asked for stands anywhere on it.
const manual = `# Gardenia

## Overview

Gardenia plans vegetable beds. Its kettle and its greenhouse report to the planner over the network.

## Sensors

A sensor is connected by \`SENSOR_URL\` (including the valve). Give each garden a sensor of its own.

## Kettle

The kettle warms the greenhouse at night. Fill the kettle in the evening; it boils at dusk.

## What is wrong when …?

| symptom | cause |
|---|---|
| the beds stay dry | the valve differs from the plan |
| the log is empty | set \`LOG_FILE\` before the first watering |

## Settings

| setting | default | meaning |
|---|---|---|
| \`VALVE\` | 7 | valve to open at dawn; 0 opens any |
| \`HOSE\` | 12 | length of the hose |

## Compatibility

| | balcony | roof |
|---|---|---|
| frost alarm | ✓ | ✓ |
| valve | ✓ | – |

## At dawn

Sprinkling begins at dawn, and sprinkling ends at noon. In winter no sprinkling is done.

## Greenhouse keeper

To become the keeper, ask for the brass key at the gate. The gate opens the greenhouse for whoever holds this key, and
forgets the key at sunset: nobody else can take it over, and no other garden can show the greenhouse in its window. Its
work has three parts:

- **Panes**: which of them are broken, since when, and what glass would fit; an old pane is cut to size in the shed by
  the window, and a new one is bought in town.
- **Stoves**: how much wood is left.

## How much water may I use?

Limits for sprinkling: balconies have ten litres a day, and roofs have thirty.
`;

let docent: TestApp;
beforeAll(async () => {
  docent = await createTestApp({ ADMIN_API_KEY: adminKey });
  const headers = { authorization: `Bearer ${adminKey}` };
  const take = async (path: string, content: string) =>
    expect((await docent.post("/api/documents", { path, content }, headers)).status).toBe(201);
  await take("manual.md", manual);
  for (const name of ["Beans", "Carrots", "Leeks", "Onions", "Peas", "Radishes"])
    await take(
      `plants/${name}.md`,
      `# ${name}\n\n${name} grow in rows. Sow them in spring, and set them apart in May.`,
    );
});
afterAll(() => docent.close());

async function ask(message: string): Promise<string> {
  const accept = { accept: "application/json" };
  const response = await docent.post("/api/chat", { message }, accept);
  return ((await response.json()) as { response: string }).response;
}

test("the section that answers best comes first, wherever it stands on its page", async () => {
  const response = await ask("When does the kettle warm the greenhouse?");
  expect(response).toMatch(/^The kettle warms the greenhouse at night\./);
});

// The other table has "set" in one row and "valve" in another.
test("a table's row whose name is asked for comes before rows that have the words between them", async () => {
  const response = await ask("How do I set the valve?");
  expect(response).toMatch(/^\| setting \| default \| meaning \|\n\|[-|]+\n\| `VALVE` \| 7 \|/);
});

test("a row that only ticks a name off does not define it", async () => {
  expect(await ask("valve")).toMatch(/^\| setting/);
});

test("a paragraph is quoted without its last sentence where that introduces what is not quoted", async () => {
  const response = await ask("How do I become the keeper?");
  expect(response).toMatch(/^To become the keeper,/);
  expect(response).not.toContain("three parts:");
});

test("another form of a word counts for a block", async () => {
  expect(await ask("Is there sprinkling limiting?")).toMatch(/^Limits for sprinkling:/);
});
