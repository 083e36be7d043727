import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../support/apps/test-app.ts";

const adminKey = "an administrator's key of more than thirty-two bytes";
const fence = "```";

const kiln = `# Kiln guide

A kiln fires clay.

## Cooldown

The kiln closes its vents and sinks to forty degrees by itself, which takes nine hours.

## Maintenance

Never open the door during cooldown. A broken cooldown shows in the glaze: check each cooldown in the log.

Cooldown records are kept for a year, and a cooldown that was stopped is marked.
`;

const glazes = `# Glazes

Wash your hands first.

Glazes are thin layers of glass that make clay watertight.

## Mixing glazes

Glazes need stirring. Mix glazes in a bucket, and let the glazes rest.
`;

const werkstatt = `# Werkstatt

## Sensoren testen

Starten Sie das Prüfgerät und warten Sie auf das grüne Licht.

## Vorlagen verwenden

So gehen Sie vor:

* Importieren Sie die Form aus dem Katalog.
* Legen Sie ein Blatt als Vorlage an, das Sie später wiederverwenden.
* Geben Sie der Vorlage einen Namen.
* Verwenden Sie die Vorlage für jede Vase.

{* ../../vorlagen/vase.py hl[4,11] *}
`;

/** Long enough that its code is cut into passages. */
const wheel = `# Wheel

## Setting up the wheel

1. Write the settings:

    ${fence}yaml
${Array.from({ length: 60 }, (_, index) => `    speed_${index}: ${index * 7}`).join("\n")}
    ${fence}
2. Install the splash guard before the wheel turns.

    ${fence}sh
    wheel start --guard
    ${fence}
`;

/** Whole in one passage, and longer than a quote. */
const schedule = `# Schedule

## Writing a firing schedule

A firing schedule is a file of steps:

${fence}yaml
${Array.from({ length: 14 }, (_, index) => `step_${index}: { heat_to: ${index * 80}, minutes: ${index * 7} }`).join("\n")}
hold_glaze: { at: 1220, minutes: 15 }
${fence}
`;

let docent: TestApp;
beforeAll(async () => {
  docent = await createTestApp({ ADMIN_API_KEY: adminKey });
  await take("kiln.md", kiln);
  await take("glazes.md", glazes);
  await take("werkstatt.md", werkstatt);
  await take("wheel.md", wheel);
  await take("schedule.md", schedule);
  for (const name of ["Ton", "Glas", "Holz", "Eisen", "Papier", "Wolle"]) {
    await take(`stoffe/${name}.md`, `# ${name}\n\n${name} liegt im Lager. Der Raum ist trocken.`);
  }
});
afterAll(() => docent.close());

async function take(path: string, content: string): Promise<void> {
  const authorization = `Bearer ${adminKey}`;
  const reply = await docent.post("/api/documents", { path, content }, { authorization });
  expect(reply.status).toBe(201);
}

async function ask(message: string): Promise<string> {
  const accept = { accept: "application/json" };
  const reply = await docent.post("/api/chat", { message }, accept);
  return ((await reply.json()) as { response: string }).response;
}

describe("a quote", () => {
  test.each(["What happens during cooldown?", "Cooldown"])(
    "begins with the section that is asked for, though others say its name more often: %s",
    async (question) => {
      expect(await ask(question)).toMatch(/^The kiln closes its vents/);
    },
  );

  test("is the definition, though a note stands before it and other sections say the term", async () => {
    expect(await ask("What are glazes?")).toMatch(/^Glazes are thin layers of glass/);
  });

  test("comes for another form of a heading's word", async () => {
    expect(await ask("Wie teste ich Sensoren?")).toContain("Starten Sie das Prüfgerät");
  });

  test("of a short list has its introduction and all items, and nothing that only includes a file", async () => {
    const response = await ask("Wie verwende ich Vorlagen?");
    expect(response).toContain("So gehen Sie vor:\n\n* Importieren Sie die Form");
    expect(response).toContain("* Verwenden Sie die Vorlage für jede Vase.");
    expect(response).not.toContain("vase.py");
  });

  test("of a step behind cut code does not begin inside the code", async () => {
    const response = await ask("How do I install the splash guard?");
    expect(response).toContain("2. Install the splash guard");
    expect(response).not.toMatch(/```\w*\n\s*2\. /);
    expect(response.match(/```/g)?.length ?? 0).toSatisfy((count: number) => count % 2 === 0);
  });
  test("of code that is too long shows where lines are left out", async () => {
    const response = await ask("How do I hold the glaze (hold_glaze) in a firing schedule?");
    expect(response).toMatch(/```yaml\n…\nstep_\d+: [^]*\nhold_glaze: .*\n```/);
    const beginning = await ask("How do I write a firing schedule?");
    expect(beginning).toMatch(/```yaml\nstep_0: [^]*\nstep_\d+: .*\n…\n```/);
  });
});
