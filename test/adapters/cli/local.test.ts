import { Readable } from "node:stream";
import { describe, expect, test } from "vitest";
import { runCommand } from "../../../adapters/runtimes/cli/commands.ts";
import type { IngestTarget } from "../../../adapters/runtimes/cli/ingest/target.ts";
import type { OpenLocal } from "../../../adapters/runtimes/cli/local.ts";
import { createProgress } from "../../../adapters/runtimes/cli/progress.ts";
import type { Terminal } from "../../../adapters/runtimes/cli/terminal.ts";
import { startStandIn } from "../../support/stand-ins/stand-in-docent.ts";

/** A terminal that remembers what was written to it. */
function recordTerminal(given: Partial<Terminal> = {}) {
  const written = { out: "", notes: "" };
  const terminal: Terminal = {
    environment: {},
    signal: new AbortController().signal,
    isWatched: false,
    isStyled: false,
    columns: 60,
    print: (text) => void (written.out += text),
    note: (text) => void (written.notes += text),
    style: (_, text) => text,
    input: Readable.from([Buffer.from("# From standard input")]),
    ...given,
  };
  return { terminal, written };
}

/** An address of this machine without a server. */
async function deadPort(): Promise<string> {
  const server = await startStandIn();
  await server.close();
  return new URL(server.url).port;
}

describe("with no server running", () => {
  const answer = [
    { type: "token", content: "Here [1]." },
    { type: "done", content: "Here [1].", sources: [] },
  ];

  test("docent ask asks the app in this process, and gives the data directory back", async () => {
    const { terminal, written } = recordTerminal({ environment: { PORT: await deadPort() } });
    const events: string[] = [];
    const openLocal: OpenLocal = async () => ({
      fetch: async (request) => {
        events.push(`${request.method} ${new URL(request.url).pathname} ${await request.text()}`);
        const body = answer.map((event) => `data: ${JSON.stringify(event)}\n\n`).join("");
        return new Response(body, { headers: { "content-type": "text/event-stream" } });
      },
      ingest: neverIngests,
      close: async () => void events.push("closed"),
    });
    const code = await runCommand(["ask", "Where?"], "1.0.0", { terminal, openLocal });
    expect({ code, written }).toEqual({ code: 0, written: { out: "Here [1].\n", notes: "" } });
    expect(events).toEqual(['POST /api/chat {"message":"Where?"}', "closed"]);
  });

  test("a server named by --url is not replaced by this process", async () => {
    const { terminal, written } = recordTerminal();
    const url = `http://127.0.0.1:${await deadPort()}`;
    const code = await runCommand(["ask", "Where?", "--url", url], "1.0.0", {
      terminal,
      openLocal: neverOpens,
    });
    expect(code).toBe(1);
    expect(written.notes).toContain("No server at");
  });

  test("docent ingest goes straight into the data directory, and gives it back", async () => {
    const { terminal, written } = recordTerminal({ environment: { PORT: await deadPort() } });
    const events: string[] = [];
    const target: IngestTarget = {
      description: ".data",
      ingest: async ({ entries }, options) => {
        for await (const entry of entries) {
          const content = "bytes" in entry ? new TextDecoder().decode(entry.bytes) : "";
          events.push(`${options.source} ${entry.path} ${content}`);
          options.onEntry();
        }
        const none = { changed: 0, unchanged: 0, removed: 0, failed: [], skipped: [] };
        return { added: 1, ...none, passages: 1, milliseconds: { indexing: 500 } };
      },
    };
    const openLocal: OpenLocal = async () => ({
      fetch: () => Response.error(),
      ingest: target,
      close: async () => void events.push("closed"),
    });
    const words = ["ingest", "-", "--source", "notes"];
    const code = await runCommand(words, "1.0.0", { terminal, openLocal });
    expect({ code, notes: written.notes }).toEqual({ code: 0, notes: "1/1 documents\n" });
    expect(events).toEqual(["notes stdin.md # From standard input", "closed"]);
    expect(written.out).toBe(
      "1 added, 0 changed, 0 unchanged, 0 removed, 0 failed (.data)\n1 passages in 0.50 s, 2/s (indexing 0.50 s)\n",
    );
  });
});

const neverOpens: OpenLocal = () => Promise.reject(new Error("opened"));

const neverIngests: IngestTarget = {
  description: "nowhere",
  ingest: () => Promise.reject(new Error("ingested")),
};

describe("progress", () => {
  test("is a bar that redraws itself within the terminal's width where somebody watches", () => {
    const { terminal, written } = recordTerminal({ isWatched: true });
    const progress = createProgress(terminal, 2);
    progress.advance(`guide/\u001B[31m${"long".repeat(40)}.md`);
    progress.advance("guide/last.md");
    progress.end();
    const frames = written.notes.split("\r\u001B[2K");
    expect(frames[1]).toMatch(/^█{12}░{12} 1\/2 {2}guide\/\[31mlong/);
    expect(frames[1]?.length).toBeLessThan(60);
    expect(frames[2]).toBe(`${"█".repeat(24)} 2/2  guide/last.md`);
    expect(frames.at(-1)).toBe("");
  });

  test("is a line now and then where nobody does", () => {
    const { terminal, written } = recordTerminal();
    const progress = createProgress(terminal, 95);
    for (let count = 0; count < 95; count += 1) progress.advance("a.md");
    progress.end();
    const lines = written.notes.trimEnd().split("\n");
    expect(lines).toHaveLength(10);
    expect(lines.at(-1)).toBe("95/95 documents");
  });
});
