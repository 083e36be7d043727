import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { runCommandHere } from "../../support/clients/run-command.ts";
import { runCli } from "../../support/servers/run-cli.ts";
import { type StandIn, startStandIn } from "../../support/stand-ins/stand-in-docent.ts";

let server: StandIn;
beforeAll(async () => {
  server = await startStandIn();
});
afterAll(() => server.close());
beforeEach(() => {
  server.chat = () => ({ body: stream(metadata, ...tokens, done) });
});

const stream = (...events: object[]) =>
  events
    .map((event, id) => `id: ${id}\ndata: ${JSON.stringify(event)}\n\n: heartbeat\n\n`)
    .join("");
const metadata = { type: "metadata", conversation_id: "c", message_id: "m", degraded: [] };
const tokens = ["Use ALLOWED_", "ORIGINS", " — größer 中文 \u{1f600} [1]."].map((content) => ({
  type: "token",
  content,
}));
const source = {
  title: "Docent",
  path: "README.md",
  url: "https://docs.example.com/#origins",
  heading_path: ["Settings", "Origins"],
};
const done = {
  type: "done",
  content: "Use ALLOWED_ORIGINS — größer 中文 \u{1f600} [1].",
  sources: [source, { ...source, url: null, heading_path: [] }],
};

const ask = (...args: string[]) => runCommandHere(["ask", ...args, "--url", server.url]);

describe("docent ask", () => {
  test("prints the answer as it comes, then where it is from", async () => {
    const words = ["ask", "How do I allow my origin?", "--url", server.url];
    expect(await runCli(words)).toEqual({
      code: 0,
      stderr: "",
      stdout: `${done.content}

[1] Docent › Settings › Origins — https://docs.example.com/#origins
[2] Docent — README.md
`,
    });
  });

  test("reads the question from standard input", async () => {
    let asked = "";
    server.chat = (message) => {
      asked = message;
      return { body: stream(metadata, done) };
    };
    const { code, stdout } = await runCli(["ask", "-", "--url", server.url], {
      input: "  Two\nlines?\n",
    });
    expect(asked).toBe("Two\nlines?");
    expect({ code, stdout }).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Use ALLOWED/),
    });
  });

  test("--json prints the server's JSON answer", async () => {
    const answer = { response: "Yes [1].", sources: [source] };
    server.chat = (_, accept) => ({
      headers: { "content-type": "application/json" },
      body: accept === "application/json" ? JSON.stringify(answer) : "{}",
    });
    const { code, stdout } = await ask("Really?", "--json");
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual(answer);
  });

  test("finds the server where PORT and HOST have it", async () => {
    const { port, hostname } = new URL(server.url);
    const environment = { PORT: port, HOST: hostname };
    const { code, stdout } = await runCommandHere(["ask", "Hello?"], { environment });
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining("[1]") });
  });

  test("says on standard error what is out of order", async () => {
    server.chat = () => ({
      body: stream({ ...metadata, degraded: ["embedder"] }, ...tokens, done),
    });
    const { code, stderr } = await ask("Hello?");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "docent: answering without embedder\n" });
  });

  test("lets no escape sequence through", async () => {
    const content = "\u001B[2J\u0007red\u001B]0;title\u0007\ttab\n";
    server.chat = () => ({ body: stream({ type: "token", content }, { ...done, sources: [] }) });
    expect((await ask("Hello?")).stdout).toBe("[2Jred]0;title\ttab\n\n");
  });

  test("shows a problem as one clear line", async () => {
    server.chat = () => ({
      status: 429,
      headers: { "content-type": "application/problem+json", "retry-after": "7" },
      body: JSON.stringify({ status: 429, code: "rate_limited", detail: "10 messages a minute." }),
    });
    expect(await ask("Hello?")).toEqual({
      code: 1,
      stdout: "",
      stderr: "docent: 10 messages a minute. (rate_limited)\n",
    });
  });

  test("fails where the answer fails or breaks off, and keeps what came", async () => {
    const error = { type: "error", code: "model_failed", message: "No model.", retryable: true };
    server.chat = () => ({ body: stream(metadata, ...tokens, error) });
    expect(await ask("Hello?")).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^Use ALLOWED_ORIGINS/),
      stderr: "\ndocent: No model. (model_failed)\n",
    });
    server.chat = () => ({ body: stream(metadata, ...tokens) });
    expect(await ask("Hello?")).toMatchObject({
      code: 1,
      stderr: expect.stringMatching("The connection was lost"),
    });
  });

  test("says so when the server is not Docent", async () => {
    server.chat = () => ({ status: 404, headers: { "content-type": "text/html" }, body: "<p>Hi" });
    expect(await ask("Hello?")).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/not be Docent|is not Docent/),
    });
    server.chat = () => ({ headers: { "content-type": "text/html" }, body: "<p>Hi" });
    expect(await ask("Hello?")).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/not be Docent|is not Docent/),
    });
  });

  test("says so when there is no server", async () => {
    const gone = await startStandIn();
    await gone.close();
    const { code, stderr } = await runCommandHere(["ask", "Hello?", "--url", gone.url]);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `docent: No server at ${gone.url}. Start one with: npm start\n`,
    });
  });

  test("stops at Ctrl-C", async () => {
    server.chat = () => ({ body: stream(metadata, ...tokens), isEndless: true });
    const run = await runCli(["ask", "Hello?", "--url", server.url], { interruptAt: "ORIGINS" });
    expect(run).toMatchObject({ code: 130, stderr: "" });
  });
});
