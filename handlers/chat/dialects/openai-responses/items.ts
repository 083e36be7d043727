import { stripText } from "../../../lib/text.ts";
import type { PastMessage } from "../../answers/history.ts";
import type { StoredCall } from "../../tools/stored-call.ts";
import { textOfContent, type Content } from "../openai/fields.ts";

/** An item of a request's input, as far as it is read. */
export interface InputItem {
  readonly type?: string | null | undefined;
  readonly role?: "system" | "developer" | "user" | "assistant" | undefined;
  readonly content?: Content | null | undefined;
  readonly id?: string | null | undefined;
  readonly call_id?: string | undefined;
  readonly name?: string | undefined;
  readonly arguments?: string | undefined;
  readonly output?: Content | null | undefined;
}

export interface ReadItems {
  readonly messages: readonly PastMessage[];
  /** The id of the last item that the input refers to: what stands before it is stored already. */
  readonly continued: string | undefined;
  /** The content of the last user message; undefined: there is none. */
  readonly question: InputItem["content"];
  /** Of calls that are not in the input, by their ids. */
  readonly results: ReadonlyMap<string, string>;
}

/** An answer that is being put together. */
interface OpenAnswer {
  readonly role: "assistant";
  readonly content: string;
  readonly tool_calls: StoredCall[];
}

/** Whether an item refers to one of a stored response. */
export function isReference({ type, role }: InputItem): boolean {
  return type === "item_reference" && !role;
}

/** Input items as messages: calls belong to the assistant's message before them, and results to their calls. */
export function readItems(items: readonly InputItem[]): ReadItems {
  const known = items.findLastIndex(isReference);
  const messages: PastMessage[] = [];
  const results = new Map<string, string>();
  const calls = new Map<string, { readonly answer: OpenAnswer; readonly index: number }>();
  let open: OpenAnswer | undefined;
  let question: InputItem["content"];
  const begin = (content: string) => {
    open = { role: "assistant", content, tool_calls: [] };
    messages.push(open);
    return open;
  };

  for (const item of items.slice(known + 1)) {
    if (item.role === "user") {
      open = undefined;
      question = item.content ?? "";
      messages.push({ role: "user", content: textOfContent(item.content).trim(), tool_calls: [] });
    } else if (item.role === "assistant") begin(textOfContent(item.content).trim());
    else if (item.type === "function_call") {
      const answer: OpenAnswer = open ?? begin("");
      const id = stripText(item.call_id ?? "");
      calls.set(id, { answer, index: answer.tool_calls.length });
      answer.tool_calls.push({
        id,
        tool: stripText(item.name ?? ""),
        arguments: stripText(item.arguments ?? ""),
        round: 0,
        client: true,
      });
    } else if (item.type === "function_call_output") {
      // A call after a result belongs to the next round.
      open = undefined;
      const id = stripText(item.call_id ?? "");
      const made = calls.get(id);
      const call = made?.answer.tool_calls[made.index];
      const output = textOfContent(item.output);
      if (made && call) made.answer.tool_calls[made.index] = { ...call, result: { output } };
      else results.set(id, output);
    }
  }
  return { messages, question, results, continued: items[known]?.id ?? undefined };
}

/**
 * What a turn adds to a response that made these calls: clients may send a call again beside its result.
 *
 * @param made ids of calls
 */
export function withoutKnownCalls(
  { messages, results }: Pick<ReadItems, "messages" | "results">,
  made: ReadonlySet<string>,
): Pick<ReadItems, "messages" | "results"> {
  const all = new Map(results);
  const added = messages.flatMap((message): PastMessage[] => {
    const calls = message.tool_calls.filter(({ id, result }) => {
      const output = made.has(id) ? result?.["output"] : undefined;
      if (typeof output === "string") all.set(id, output);
      return !made.has(id);
    });
    const isLeft = message.role === "user" || message.content !== "" || calls.length > 0;
    return isLeft ? [{ ...message, tool_calls: calls }] : [];
  });
  return { messages: added, results: all };
}
