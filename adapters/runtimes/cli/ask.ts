import { text } from "node:stream/consumers";
import { createDocentClient, type DocentClient } from "../../clients/docent/client.ts";
import { DocentFailure } from "../../clients/docent/failure.ts";
import type { ChatEvent } from "../../../handlers/contract/chat.ts";
import { formatMarker } from "../../../handlers/contract/citation-marker.ts";
import type { Source } from "../../../handlers/contract/source.ts";
import { serverUrl } from "./address.ts";
import { type Command, type Invocation, onlyArgument, textOption } from "./command.ts";
import { createMarkdownWriter } from "./markdown-writer.ts";
import { printable, type Terminal } from "./terminal.ts";

export const askCommand: Command = {
  name: "ask",
  summary: "ask a question, on a running server or without one",
  usage: "ask <question|-> [--url http://localhost:7860] [--json]",
  takesArguments: true,
  options: { url: { type: "string" }, json: { type: "boolean" } },
  run: async (invocation) => {
    const { terminal, openLocal } = invocation;
    const question = await readQuestion(invocation);
    const given = textOption(invocation, "url");
    const url = await serverUrl(terminal, given);
    const show = invocation.options["json"] === true ? showJson : showStream;
    try {
      return await show(createDocentClient({ url }), question, terminal);
    } catch (error) {
      const isAlone = error instanceof DocentFailure && error.code === "unreachable" && !given;
      const local = isAlone ? await openLocal(terminal) : undefined;
      if (!local) throw error;
      try {
        const client = createDocentClient({ url, fetch: (request) => local.fetch(request) });
        return await show(client, question, terminal);
      } finally {
        await local.close();
      }
    }
  },
};

async function readQuestion(invocation: Invocation): Promise<string> {
  const argument = onlyArgument(invocation, "a question");
  return argument === "-" ? (await text(invocation.terminal.input)).trim() : argument;
}

async function showJson(
  client: DocentClient,
  question: string,
  terminal: Terminal,
): Promise<number> {
  const answer = await client.askForJson(question, terminal.signal);
  terminal.print(`${JSON.stringify(answer, null, 2)}\n`);
  return 0;
}

async function showStream(
  client: DocentClient,
  question: string,
  terminal: Terminal,
): Promise<number> {
  let hasText = false;
  const writer = terminal.isStyled ? createMarkdownWriter(terminal) : createPlainWriter(terminal);
  for await (const event of client.ask(question, terminal.signal)) {
    if (event.type === "token") {
      hasText = true;
      writer.push(printable(event.content));
    } else if (event.type === "done") {
      if (!hasText) writer.push(printable(event.content));
      writer.flush();
      terminal.print("\n");
      printSources(event.sources, terminal);
      return 0;
    } else {
      if (event.type === "error") writer.flush();
      noteOther(event, terminal, hasText);
      if (event.type === "error") return 1;
    }
  }
  throw new DocentFailure("unexpected", "The connection was lost before the answer was complete.");
}

/** Where the answer goes into a file or another program, its Markdown stays as it is. */
function createPlainWriter(terminal: Terminal): ReturnType<typeof createMarkdownWriter> {
  return { push: (words) => terminal.print(words), flush: () => undefined };
}

function noteOther(event: ChatEvent, terminal: Terminal, hasText: boolean): void {
  if (event.type === "error") {
    terminal.note(`${hasText ? "\n" : ""}docent: ${printable(event.message)} (${event.code})\n`);
  } else if (event.type === "metadata" && event.degraded?.length) {
    const others = event.degraded.filter((name) => name !== "budget");
    if (others.length < event.degraded.length) {
      terminal.note("docent: the day's token budget is used up, so the documents are quoted\n");
    }
    if (others.length > 0) {
      terminal.note(`docent: answering without ${printable(others.join(", "))}\n`);
    }
  }
}

function printSources(sources: readonly Source[], terminal: Terminal): void {
  if (sources.length > 0) terminal.print("\n");
  for (const [index, { title, heading_path, url, path }] of sources.entries()) {
    const headings = heading_path.filter((heading) => heading !== title);
    const where = [title, ...headings].join(" › ");
    const line = `${formatMarker(index + 1)} ${where} — ${url ?? path}`;
    terminal.print(`${terminal.style("dim", printable(line).replaceAll(/\s+/g, " "))}\n`);
  }
}
