import { pick, type Random } from "./random.ts";
import { hostileText } from "./texts.ts";

export interface HostileBody {
  readonly method: "POST" | "PATCH" | "PUT";
  readonly path: string;
  readonly body: string;
}

const unknownId = "00000000-0000-7000-8000-000000000000";
type Target = readonly [HostileBody["method"], path: string, fields: readonly string[]];
const routes: readonly [Target, ...Target[]] = [
  [
    "POST",
    "/api/chat",
    ["message", "messages", "id", "mode", "context", "conversation_id", "confirm"],
  ],
  ["POST", "/api/tasks", ["title", "description", "completed"]],
  ["PATCH", `/api/tasks/${unknownId}`, ["title", "description", "completed"]],
  [
    "POST",
    "/api/documents",
    ["path", "content", "encoding", "media_type", "url", "title", "source"],
  ],
];

/** A request whose JSON, of about `size` UTF-16 units, is valid, nearly valid, deep, long or broken. */
export function hostileBody(next: Random, size: number): HostileBody {
  const [method, path, fields] = pick(next, routes);
  const entries = fields.flatMap((name) =>
    next(3) === 0 ? [] : [[name, hostileValue(next, size)]],
  );
  const body = JSON.stringify(Object.fromEntries(entries));
  const cut = next(8) === 0 ? next(body.length) : body.length;
  return { method, path, body: body.slice(0, cut) };
}

function hostileValue(next: Random, size: number): unknown {
  const { text } = hostileText(next, next(4) === 0 ? next(size) + 1 : next(50) + 1);
  const count = next(next(6) === 0 ? size / 4 : 4);
  const values: readonly [() => unknown, ...(() => unknown)[]] = [
    () => text,
    () => text,
    () => Array.from({ length: count }, () => ({})),
    () =>
      Array.from({ length: count }, () => ({ role: "user", parts: [{ type: "text", text: "a" }] })),
    () => Array.from({ length: count }, (_, index) => index),
    () => Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, null])),
    () => nested(next(60)),
    () => null,
    () => next(2) === 0,
    () => 10 ** next(400),
    () => "a.md",
    () => "general",
  ];
  return pick(next, values)();
}

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { value };
  return value;
}
