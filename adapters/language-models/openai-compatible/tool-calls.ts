import type { ToolCall } from "../../../handlers/ports/language-model.ts";
import { markEcho } from "./request.ts";
import type { ToolCallDelta } from "./frames.ts";

interface OpenCall {
  readonly index: number | undefined;
  id: string;
  name: string;
  arguments: string;
  echo: object | undefined;
}

/** Characters that a call counts for beside its own, so that there cannot be calls without end. */
const callSize = 32;

/**
 * Assembles tool calls from their pieces. OpenAI tells parallel calls apart by `index`. Gemini sends whole
 * calls, all without an index or all with 0, some without an id. Other vendors repeat id and function
 * name in every piece, or send the id only in the first.
 */
export function createToolCallCollector(model: string) {
  const calls: OpenCall[] = [];
  let size = 0;

  function find(delta: ToolCallDelta): OpenCall | undefined {
    const { index, id } = delta;
    const name = delta.function?.name;
    const known = id ? calls.findLast((call) => call.id === id) : undefined;
    // Without a name it goes on with that call, whatever its index; with one it may be another call.
    if (known) return !name || known.index === (index ?? undefined) ? known : undefined;
    const candidate =
      index === undefined || index === null
        ? calls.at(-1)
        : calls.findLast((call) => call.index === index);
    if (!candidate) {
      // A piece without an id and a name is the rest of an unfinished call, though under an index of its own.
      const last = calls.at(-1);
      return id || name || !last || isWhole(last.arguments) ? undefined : last;
    }
    if (id && candidate.id) return undefined;
    const isAnother = Boolean(name) && (name !== candidate.name || isWhole(candidate.arguments));
    return isAnother ? undefined : candidate;
  }

  return {
    /** How many characters of calls there are so far, each call's own objects counted as 32. */
    size: () => size,
    add(delta: ToolCallDelta): void {
      const { index, id } = delta;
      const name = delta.function?.name;
      const given = delta.function?.arguments ?? "";
      const piece = typeof given === "string" ? given : JSON.stringify(given);
      size += piece.length;
      if (delta.extra_content) size += JSON.stringify(delta.extra_content).length;
      const call = find(delta);
      if (!call) {
        size += callSize + (id?.length ?? 0) + (name?.length ?? 0);
        calls.push({
          index: index ?? undefined,
          id: id ?? "",
          name: name ?? "",
          arguments: piece,
          echo: delta.extra_content ?? undefined,
        });
        return;
      }
      call.id ||= id ?? "";
      call.name ||= name ?? "";
      call.arguments += piece;
      call.echo ??= delta.extra_content ?? undefined;
    },
    /** The calls, each with a unique id; missing arguments are `{}`. */
    finish(): ToolCall[] {
      const taken = new Set<string>();
      return calls
        .filter(({ name }) => name !== "")
        .map(({ id, name, arguments: text, echo }) => {
          const own = id === "" || taken.has(id) ? `call_${crypto.randomUUID()}` : id;
          taken.add(own);
          return {
            id: own,
            name,
            arguments: text.trim() === "" ? "{}" : text,
            ...(echo && { echo: markEcho(echo, model) }),
          };
        });
    },
  };
}

function isWhole(text: string): boolean {
  // Asked of every piece where a vendor repeats the name in each, so a long text is seldom parsed.
  if (!text.trimEnd().endsWith("}")) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
