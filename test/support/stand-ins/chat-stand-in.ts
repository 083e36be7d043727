// Stands in for a server whose answers are slow, broken off or hostile. The question's words select what
// happens.
import { EventEmitter, once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { ChatEvent } from "../../../handlers/contract/chat.ts";
import type { StoredMessage } from "../../../handlers/contract/conversation.ts";
import { contentSecurityPolicy } from "../../../handlers/web/page.ts";
import { answerTo, unsupportedIn, sources } from "./chat-answers.ts";
import { readText, sendJson, sendProblem } from "./plain-replies.ts";

interface Run {
  readonly events: ChatEvent[];
  readonly id: string;
  ended: boolean;
  stopping: boolean;
  /** A crash leaves the row unfinished. */
  crash?: "due" | "happened";
}

/** Of an answer whose connection breaks or whose server crashes. */
const wordsBeforeCut = 12;

type Writable<Value> = { -readonly [Name in keyof Value]: Value[Name] };

export interface ChatStandIn {
  readonly url: string;
  /** Method and path of every request so far. */
  readonly requests: string[];
  /** How many words the answer that was asked for "word by word" says before it waits; none at first. */
  sayWords(count: number): void;
  /** Breaks the connections of answers that were asked for "dropped", or ends their server if "crash". */
  breakOff(): void;
  /** The crashed server is back, and calls what it left unfinished interrupted. */
  comeBack(): void;
  stop(): Promise<void>;
}

/** Starts the stand-in on a free port of 127.0.0.1. It answers at once, unless asked for "word by word". */
export async function startChatStandIn(html: string): Promise<ChatStandIn> {
  const policy = await contentSecurityPolicy(html);
  const conversations = new Map<string, { messages: Writable<StoredMessage>[]; run?: Run }>();
  const requests: string[] = [];
  const refused = new Map<string, number>();
  const breaking = new EventEmitter();
  let allowedWords = 0;

  async function answer(
    run: Run,
    message: Writable<StoredMessage>,
    question: string,
  ): Promise<void> {
    const text = answerTo(question);
    const words = question.includes("long")
      ? (text.match(/[^]{1,40}/g) ?? [])
      : (text.match(/\S+\s*/g) ?? []);
    const isPaced = question.includes("word by word");
    for (const [said, word] of words.entries()) {
      const waits = () =>
        (isPaced && said >= allowedWords && !run.stopping) ||
        (run.crash === "due" && said >= wordsBeforeCut);
      while (waits()) await sleep(4);
      if (run.crash === "happened") return;
      if (run.stopping) break;
      run.events.push({ type: "token", content: word });
      message.content += word;
    }
    // For the next one; not as one begins, because the test may have told it how many before.
    if (isPaced) allowedWords = 0;
    message.status = run.stopping ? "stopped" : "complete";
    const ended = question.includes("greatest length") ? "length" : "stop";
    message.finish_reason = run.stopping ? "cancelled" : ended;
    message.sources = sources;
    const unsupported = unsupportedIn(message.content);
    message.unsupported = unsupported;
    run.events.push({
      type: "done",
      content: message.content,
      sources,
      ...(unsupported.length > 0 && { unsupported }),
      usage: { input_tokens: 0, output_tokens: 0 },
      finish_reason: message.finish_reason,
    });
    run.ended = true;
  }

  function fail(
    run: Run,
    message: Writable<StoredMessage>,
    code: "timeout" | "service_refused",
  ): void {
    const retryable = code === "timeout";
    run.events.push({ type: "error", code, message: "A service failed.", retryable });
    message.status = "failed";
    run.ended = true;
  }

  /** Sends a run's events. The connection breaks at event `cut`, and a run that is to crash ends there. */
  async function pour(run: Run, response: ServerResponse, from: number, cut = Infinity) {
    // By order, because a browser discards what its page has not read when the connection breaks.
    const broken = once(breaking, "now");
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (let index = from; ; index++) {
      while (index >= run.events.length && !run.ended) await sleep(4);
      const event = run.events[index];
      if (!event || index >= cut) break;
      response.write(`id: ${run.id}/${index}\ndata: ${JSON.stringify(event)}\n\n`);
    }
    if (cut === Infinity) return void response.end();
    await broken;
    if (run.crash === "due") {
      run.crash = "happened";
      run.ended = true;
    }
    response.destroy();
  }

  async function chat(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { message: question, conversation_id } = JSON.parse(await readText(request)) as {
      message: string;
      conversation_id?: string;
    };
    const times = refused.get(question) ?? 0;
    refused.set(question, times + 1);
    if (question.includes("busy") && times === 0) {
      return sendProblem(
        response,
        "rate_limited",
        "You are asking faster than Docent can read. Please wait a moment.",
        2,
      );
    }
    if (question.includes("starting") && times < 2)
      return sendProblem(response, "unavailable", "Not yet.", 1);
    if (question.includes("unset")) {
      return sendProblem(
        response,
        "settings_missing",
        "JWT_SECRET must be set before this can work.",
      );
    }

    const id = conversation_id ?? crypto.randomUUID();
    const conversation = conversations.get(id) ?? { messages: [] };
    conversations.set(id, conversation);
    const base = {
      sources: [],
      tool_calls: [],
      created_at: new Date().toISOString(),
      status: "complete",
    } as const;
    const message: Writable<StoredMessage> = {
      ...base,
      id: crypto.randomUUID(),
      role: "assistant",
      content: "",
      status: "streaming",
    };
    conversation.messages.push(
      { ...base, id: crypto.randomUUID(), role: "user", content: question },
      message,
    );
    const run: Run = { events: [], id: message.id, ended: false, stopping: false };
    conversation.run = run;
    run.events.push({
      type: "metadata",
      conversation_id: id,
      message_id: message.id,
      ...(question.includes("degraded") && { degraded: ["language_model"] }),
      ...(!request.headers.authorization && { access_token: "access", refresh_token: "refresh" }),
    });
    const isCrash = question.includes("crash") && times === 0;
    if (isCrash) run.crash = "due";
    const failure = /refused|silent/.exec(question)?.[0];
    if (failure === undefined || times > 0) void answer(run, message, question);
    else fail(run, message, failure === "silent" ? "timeout" : "service_refused");
    const isCut = isCrash || question.includes("dropped");
    await pour(run, response, 0, isCut ? wordsBeforeCut : Infinity);
  }

  async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? "/";
    requests.push(`${request.method} ${path}`);
    const [, conversation, verb] =
      /^\/api\/(?:chat|conversations)\/([^/]+)(?:\/(\w+))?$/.exec(path) ?? [];
    const found = conversations.get(conversation ?? "");
    if (path === "/" || path.startsWith("/c/")) {
      const headers = {
        "content-type": "text/html; charset=utf-8",
        "content-security-policy": policy,
      };
      response.writeHead(200, headers).end(html);
    } else if (path === "/api/suggestions") {
      sendJson(response, {
        suggestions: [
          "How do I allow my front end's origin?",
          "What does a Space need?",
          "Where are the settings?",
        ],
      });
    } else if (path === "/api/auth/login") {
      sendProblem(response, "rate_limited", "Too many requests. Try again in a second.", 1);
    } else if (path === "/api/auth/refresh") {
      const { refresh_token } = JSON.parse(await readText(request)) as { refresh_token: string };
      if (refresh_token === "refresh")
        sendJson(response, { access_token: "renewed", refresh_token });
      else sendProblem(response, "invalid_token", "Sign in again.");
    } else if (request.headers.authorization === "Bearer expired") {
      sendProblem(response, "invalid_token", "The token has expired.");
    } else if (path === "/api/chat") await chat(request, response);
    else if (!found) sendProblem(response, "not_found", "There is nothing here.");
    else if (verb === "stop") {
      if (found.run) found.run.stopping = true;
      response.writeHead(204).end();
    } else if (verb === "stream") {
      if (!found.run || found.run.ended) return void response.writeHead(204).end();
      const last = String(request.headers["last-event-id"] ?? "").split("/")[1];
      await pour(found.run, response, last === undefined ? 0 : Number(last) + 1);
    } else {
      sendJson(response, { id: conversation, messages: found.messages });
    }
  }

  const server = createServer((request, response) => {
    route(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    sayWords(count) {
      allowedWords = count;
    },
    breakOff: () => void breaking.emit("now"),
    comeBack() {
      for (const { run, messages } of conversations.values()) {
        if (run?.crash !== "happened") continue;
        for (const message of messages)
          if (message.status === "streaming") message.status = "interrupted";
      }
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
