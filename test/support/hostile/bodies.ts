import { pick, type Random } from "./random.ts";
import { hostileText } from "./texts.ts";

export interface HostileBody {
  readonly method: "POST" | "PATCH" | "PUT";
  readonly path: string;
  readonly body: string;
}

const unknownId = "00000000-0000-7000-8000-000000000000";
const task = { title: "Water the plants", description: null, completed: true };
const turn = { mode: "general", context: "Boats" };
const parts = [{ type: "text", text: "Why do boats float?" }];
/** A value of the right kind for each field. */
type Fields = Readonly<Record<string, unknown>>;
type Target = readonly [HostileBody["method"], path: string, fields: Fields];
const confirm = { id: unknownId, approve: true };
const routes: readonly [Target, ...Target[]] = [
  [
    "POST",
    "/api/chat",
    { message: "Why do boats float?", ...turn, conversation_id: null, confirm },
  ],
  ["POST", "/api/chat", { messages: [{ role: "user", parts }], id: "mine", ...turn }],
  ["POST", "/api/tasks", task],
  ["PATCH", `/api/tasks/${unknownId}`, task],
  [
    "POST",
    "/api/documents",
    {
      path: "a.md",
      content: "# Boats",
      encoding: "utf-8",
      media_type: "text/markdown",
      url: "https://docs.example/a",
      title: "Boats",
      source: "manual",
    },
  ],
];

/**
 * A request whose JSON, of about `size` UTF-16 units, is valid, nearly valid, deep, long or broken. Half of the
 * fields or more have a value of their right kind, so that not all bodies end at the check of their shape.
 */
export function hostileBody(next: Random, size: number): HostileBody {
  const [method, path, fields] = pick(next, routes);
  const rarity = pick(next, [2, 8]);
  const entries = Object.entries(fields).flatMap(([name, right]) =>
    next(3) === 0 ? [] : [[name, next(rarity) === 0 ? hostileValue(next, size) : right]],
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
