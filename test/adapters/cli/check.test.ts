import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startEmbedderStandIn } from "../../support/stand-ins/embedder-stand-in.ts";
import { StandInCollection } from "../../support/stand-ins/qdrant-collection.ts";
import { startQdrantStandIn } from "../../support/stand-ins/qdrant-stand-in.ts";
import { runCommandHere } from "../../support/clients/run-command.ts";
import { runCli } from "../../support/servers/run-cli.ts";

let cwd: string;
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), "docent-check-"));
});
afterAll(() => rm(cwd, { recursive: true }));

describe("docent check", () => {
  test("shows every setting, and nothing wrong when nothing is set", async () => {
    const { code, stdout, stderr } = await runCli(["check"], { cwd });
    expect(stdout).toMatch(/^PORT +default +7860 +port to listen on/);
    expect(stdout).toContain("TRUSTED_PROXIES");
    expect(stdout).toContain("All settings are fine.");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  });

  test("says what is wrong, never shows a secret, and fails", async () => {
    const secret = "s3cret".repeat(6);
    const environment = { PORT: "abc", SECRET_KEY: "short!", ADMIN_API_KEY: secret };
    const { code, stdout } = await runCli(["check"], { cwd, environment });
    expect(code).toBe(1);
    expect(stdout).toContain("✗ PORT  PORT must be a whole number");
    expect(stdout).toContain("✗ SECRET_KEY  SECRET_KEY must be at least 32 bytes");
    expect(stdout).toContain("2 problems.");
    expect(stdout).toMatch(/ADMIN_API_KEY +set +••••/);
    expect(stdout).not.toMatch(/s3cret|short!|abc/);
  });

  test("writes no colour codes into a pipe", async () => {
    const { stdout } = await runCli(["check"], { cwd, environment: { PORT: "abc" } });
    expect(stdout).not.toContain("\u001B");
  });

  test("--connect names what does not fit of a Qdrant collection made elsewhere", async () => {
    const embedder = await startEmbedderStandIn();
    const qdrant = await startQdrantStandIn();
    const collection = new StandInCollection({ vectors: { size: 2, distance: "Cosine" } });
    collection.upsert([{ id: 1, vector: [1, 0], payload: { body: "Soup" } }]);
    qdrant.collections.set("theirs", collection);
    const environment = {
      DATA_DIR: cwd,
      OPENAI_BASE_URL: embedder.url,
      OPENAI_EMBEDDING_MODEL: "test-model",
      QDRANT_URL: qdrant.url,
      QDRANT_COLLECTION: "theirs",
      QDRANT_PAYLOAD: "text=content",
    };
    const { code, stdout } = await runCommandHere(["check", "--connect"], { environment });
    expect(stdout).toContain("All settings are fine.");
    expect(stdout).toMatch(/✓ embedder {2}custom\/test-model, 128 dimensions/);
    expect(stdout).toMatch(/✗ vector_store .*QDRANT_PAYLOAD/);
    expect(code).toBe(1);
    await qdrant.close();
    await embedder.close();
  });

  test("reads .env", async () => {
    const folder = await mkdtemp(join(cwd, "env-"));
    await writeFile(join(folder, ".env"), "PORT=1234\n");
    const { stdout } = await runCli(["check"], { cwd: folder });
    expect(stdout).toMatch(/^PORT +set +1234/);
  });
});

describe("docent", () => {
  test.each([["help"], ["--help"], ["-h"]])("%s lists the commands", async (word) => {
    const { code, stdout } = await runCommandHere([word]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/usage: docent[^]*ask[^]*ingest[^]*check/);
  });

  test("<command> --help shows how it is called", async () => {
    const { code, stdout } = await runCommandHere(["ingest", "--help"]);
    expect({ code, usage: stdout.split("\n")[0] }).toMatchObject({
      code: 0,
      usage: expect.stringContaining("usage: docent ingest <folder|file|->"),
    });
  });

  test("--version says which", async () => {
    const { code, stdout } = await runCli(["--version"], { cwd });
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^docent \d+\.\d+/),
    });
  });

  test("takes what follows -- as it is", async () => {
    const words = ["ask", "--url", "http://127.0.0.1:1", "--", "--help"];
    const { code, stderr } = await runCommandHere(words);
    expect({ code, stderr }).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^docent: No server at/),
    });
  });

  test.each([
    { args: ["ask"], line: "Please give a question." },
    { args: ["ask", "two", "words"], line: "Put it in quotes: a question is one argument." },
    { args: ["ingest"], line: "Please give a folder or file to ingest." },
    {
      args: ["ingest", "book", "--url-base", "book.example/docs"],
      line: "--url-base takes a URL that begins with https:// or http://, or a path that begins with /, without query or fragment.",
    },
  ])("$args is told: $line", async ({ args, line }) => {
    const { code, stderr } = await runCommandHere(args);
    expect({ code, line: stderr.split("\n")[0] }).toEqual({ code: 2, line: `docent: ${line}` });
  });

  test.each([
    { args: [] },
    { args: ["dance"] },
    { args: ["ask"] },
    { args: ["ask", "two", "words"] },
    { args: ["ask", "hello", "--loud"] },
    { args: ["check", "connect"] },
    { args: ["doctor", ".", ".."] },
    { args: ["migrate", "now"] },
    { args: ["copy", "postgresql://here/a", "--to", "postgresql://there/b"] },
    { args: ["backup", "--to", "file:///nowhere", "now"] },
    { args: ["restore", "--from", "file:///nowhere", "2026-11-29T08:00:00Z"] },
    { args: ["ask", "hello", "--url", "localhost:7860"] },
  ])("$args is a matter of usage", async ({ args }) => {
    const { code, stdout, stderr } = await runCommandHere(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain("usage: docent");
  });

  test("its process exits with the command's code", async () => {
    const { code, stdout, stderr } = await runCli(["dance"], { cwd });
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain("usage: docent");
  });
});
