// Speaks the chat contract with answers nobody wants from a real server: slow ones, broken-off ones,
// hostile ones. What a question contains decides what happens to it.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { contentSecurityPolicy } from "../../../handlers/web/page.ts";

interface Run {
  readonly events: object[];
  readonly id: string;
  ended: boolean;
  stopping: boolean;
}

interface StoredMessage {
  id: string;
  role: "user" | "assistant";
  content: string;
  sources: object[];
  status: string;
}

export interface ChatStandIn {
  readonly url: string;
  /** Method and path of every request so far. */
  readonly requests: string[];
  stop(): Promise<void>;
}

const excerpt =
  "Browsers only let a page read an answer when the server names the page's origin. Set ALLOWED_ORIGINS to the exact origin of your front end, for example https://app.example. Several origins are separated by commas.\n\nA wildcard such as https://*.example.app allows every subdomain. The Space's own origin is always allowed.";
const sources = [
  {
    title: "Docent",
    url: "https://docs.example/settings#origins",
    heading_path: ["Docent", "Settings", "Who may call"],
    excerpt,
  },
  {
    title: "Front ends",
    url: "javascript:alert(1)",
    heading_path: ["Cookies and credentials"],
    excerpt: `<img src=x onerror="window.hacked=1"> Credentials travel only to listed origins. ${"long".repeat(90)}`,
  },
  {
    title: "Running on a Space",
    url: null,
    heading_path: ["Variables"],
    excerpt: "A variable is public.",
  },
];
const plain = [
  "Set **`ALLOWED_ORIGINS`** to the exact origin of your front end, for example https://app.example. [1] ",
  "Several origins are separated by commas. [1]\n\n",
  "- A wildcard such as `https://*.example.app` allows every subdomain. [1]\n",
  "- Credentials travel only to listed origins. [2]\n\n",
  "```sh\nALLOWED_ORIGINS=https://app.example npm start\n```\n",
].join("");
const hostile =
  '<img src=x onerror="window.hacked=1"> <script>window.hacked=1</script> [click](javascript:window.hacked=1) [data](data:text/html,x) [ok](https://ok.example/) ![pixel](https://evil.example/p.png) [1] [99]\n\n<iframe src="https://evil.example"></iframe>';

function answerTo(question: string): string {
  if (question.includes("hostile")) return hostile;
  if (question.includes("long")) return "A word and another word, all the way down. ".repeat(600);
  if (question.includes("عربي")) return "يجب تعيين المتغير `ALLOWED_ORIGINS` إلى أصل الواجهة. [1]";
  return plain;
}

/** Starts the stand-in on a free port of 127.0.0.1. `pause` is the time between two tokens in ms. */
export async function startChatStandIn(html: string, pause = 25): Promise<ChatStandIn> {
  const policy = await contentSecurityPolicy(html);
  const conversations = new Map<string, { messages: StoredMessage[]; run?: Run }>();
  const requests: string[] = [];
  const refused = new Map<string, number>();

  async function answer(run: Run, message: StoredMessage, question: string): Promise<void> {
    const text = answerTo(question);
    const words = question.includes("long")
      ? (text.match(/[^]{1,40}/g) ?? [])
      : (text.match(/\S+\s*/g) ?? []);
    for (const word of words) {
      if (run.stopping) break;
      run.events.push({ type: "token", content: word });
      message.content += word;
      await sleep(question.includes("long") ? 1 : pause);
    }
    message.status = run.stopping ? "stopped" : "complete";
    message.sources = sources;
    run.events.push({
      type: "done",
      content: message.content,
      sources,
      usage: {},
      finish_reason: run.stopping ? "cancelled" : "stop",
    });
    run.ended = true;
  }

  async function pour(run: Run, response: ServerResponse, from: number, cut = Infinity) {
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (let index = from; ; index++) {
      while (index >= run.events.length && !run.ended) await sleep(4);
      const event = run.events[index];
      if (!event || index >= cut) break;
      response.write(`id: ${run.id}/${index}\ndata: ${JSON.stringify(event)}\n\n`);
    }
    if (cut < Infinity) response.destroy();
    else response.end();
  }

  async function chat(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { message: question, conversation_id } = JSON.parse(await read(request)) as {
      message: string;
      conversation_id?: string;
    };
    const times = refused.get(question) ?? 0;
    refused.set(question, times + 1);
    if (question.includes("busy") && times === 0) {
      return problem(
        response,
        429,
        "rate_limited",
        "You are asking faster than Docent can read. Please wait a moment.",
        2,
      );
    }
    if (question.includes("starting") && times < 2)
      return problem(response, 503, "starting", "Not yet.", 1);
    if (question.includes("broken"))
      return problem(response, 500, "internal", "Docent stumbled over this question.");

    const id = conversation_id ?? crypto.randomUUID();
    const conversation = conversations.get(id) ?? { messages: [] };
    conversations.set(id, conversation);
    const base = { sources: [], status: "complete" };
    const message: StoredMessage = {
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
    void answer(run, message, question);
    await pour(run, response, 0, question.includes("dropped") ? 12 : Infinity);
  }

  async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? "/";
    requests.push(`${request.method} ${path}`);
    const [, conversation, verb] =
      /^\/api\/(?:chat|conversations)\/([^/]+)(?:\/(\w+))?$/.exec(path) ?? [];
    const found = conversations.get(conversation ?? "");
    if (path === "/") {
      const headers = {
        "content-type": "text/html; charset=utf-8",
        "content-security-policy": policy,
      };
      response.writeHead(200, headers).end(html);
    } else if (path === "/api/suggestions") {
      json(response, {
        suggestions: [
          "How do I allow my front end's origin?",
          "What does a Space need?",
          "Where are the settings?",
        ],
      });
    } else if (path === "/api/auth/login") {
      problem(response, 429, "rate_limited", "Too many requests. Try again in a second.", 1);
    } else if (path === "/api/auth/refresh") {
      const { refresh_token } = JSON.parse(await read(request)) as { refresh_token: string };
      if (refresh_token === "refresh") json(response, { access_token: "renewed", refresh_token });
      else problem(response, 401, "unauthorized", "Sign in again.");
    } else if (request.headers.authorization === "Bearer expired") {
      problem(response, 401, "unauthorized", "The token has expired.");
    } else if (path === "/api/chat") await chat(request, response);
    else if (!found) problem(response, 404, "not_found", "There is nothing here.");
    else if (verb === "stop") {
      if (found.run) found.run.stopping = true;
      response.writeHead(204).end();
    } else if (verb === "stream") {
      if (!found.run || found.run.ended) return void response.writeHead(204).end();
      const last = String(request.headers["last-event-id"] ?? "").split("/")[1];
      await pour(found.run, response, last === undefined ? 0 : Number(last) + 1);
    } else json(response, { id: conversation, messages: found.messages });
  }

  const server = createServer((request, response) => {
    route(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function read(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text;
}

function json(response: ServerResponse, body: object): void {
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
}

function problem(
  response: ServerResponse,
  status: number,
  code: string,
  detail: string,
  after?: number,
): void {
  const headers = {
    "content-type": "application/problem+json",
    ...(after !== undefined && { "retry-after": String(after) }),
  };
  response.writeHead(status, headers).end(JSON.stringify({ status, code, detail }));
}
