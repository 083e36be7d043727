import * as v from "valibot";
import { readScope } from "../../../contract/asked-scope.ts";
import type { ModelMessage } from "../../../ports/language-model.ts";
import { boundedArray } from "../../../lib/bounded-array.ts";
import { isUuid } from "../../../lib/ids.ts";
import { storableText } from "../../../lib/text-schema.ts";
import { recall } from "../../answers/history.ts";
import { questionText, turnOptions, type ChatLimits } from "../../schema.ts";
import { stripText } from "../../../lib/text.ts";
import type { Replacement } from "../../turns/store-replaced.ts";
import type { AskedTurn } from "../../turns/begin-turn.ts";

/** In one message. */
const mostParts = 1000;
const mostMessages = 1000;

const uiPart = v.object({ type: v.string(), text: v.optional(v.string()) });
const uiMessage = v.object({
  id: v.optional(v.string()),
  role: v.picklist(["system", "user", "assistant"]),
  parts: boundedArray(uiPart, mostParts),
});
type UiMessage = v.InferOutput<typeof uiMessage>;

/** Earlier messages of the request, at most, that are read. */
const mostHistory = 40;

/** The body that the AI SDK's `DefaultChatTransport` posts, and the fields that a page adds to its `body`. */
export function uiChatBody(limits: ChatLimits) {
  return v.pipe(
    v.object({
      id: v.optional(
        v.pipe(
          storableText,
          v.minLength(1, "must not be empty"),
          v.maxLength(200),
          v.description(
            "The client's own name for the conversation, or the conversation's id. An unknown one starts a conversation. Without it the messages sent are answered, and nothing is stored.",
          ),
        ),
      ),
      messages: v.pipe(
        boundedArray(uiMessage, mostMessages),
        v.description(
          "The last user message is the question. With a token and `id` the server's own history counts, and the rest is not read.",
        ),
      ),
      trigger: v.optional(
        v.pipe(
          v.string(),
          v.description(
            "`regenerate-message`: the answer replaces the one that `messageId` names, or the last one, with all that follows.",
          ),
        ),
      ),
      messageId: v.optional(
        v.pipe(
          v.nullable(v.string()),
          v.description(
            "The last user message's id: it was edited, and replaces its earlier text with all that follows.",
          ),
        ),
      ),
      ...turnOptions(limits),
    }),
    v.rawCheck(({ dataset, addIssue }) => {
      if (!dataset.typed || dataset.value.confirm) return;
      const { messages } = dataset.value;
      const path: [v.ObjectPathItem] = [fieldOf("messages", dataset.value, messages)];
      if (questionOf(messages)?.parts.some(({ type }) => type === "file")) {
        addIssue({ message: "must not contain files: a question is text", path });
        return;
      }
      const checked = v.safeParse(questionText(limits), lastQuestion(messages) ?? "");
      if (checked.success) return;
      const [{ message }] = checked.issues;
      addIssue({ message, path });
    }),
    v.forward(
      v.check(
        ({ mode, context }) => mode !== "selection" || (context ?? "").trim() !== "",
        'is required with mode "selection"',
      ),
      ["context"],
    ),
    v.forward(
      v.check(
        ({ id, confirm }) => confirm === undefined || id !== undefined,
        "is required with confirm",
      ),
      ["id"],
    ),
  );
}

export type UiChatBody = v.InferOutput<ReturnType<typeof uiChatBody>>;

export interface UiTurn {
  /** The client's name for the conversation, or the conversation's id; undefined: it belongs to none. */
  readonly name: string | undefined;
  readonly asked: AskedTurn;
  /** The earlier messages, as the client sends them. */
  readonly history: readonly ModelMessage[];
  readonly replaces: Replacement | undefined;
  /** Whether the client no longer waits for this answer. */
  readonly hasLeft: (answerId: string) => boolean;
  /** Whether the client appends the answer to its last message instead of adding a new one. */
  readonly continues: boolean;
}

/** The turn that a body asks for: its last message as a question, or a decision on a confirmation. */
export function readUiTurn(body: UiChatBody): UiTurn {
  const { id, messages, confirm, mode, context } = body;
  const isAnswered = messages.at(-1)?.role === "assistant";
  const continues = isAnswered && body.trigger !== "regenerate-message";
  const history = recall(tellHistory(messages));
  const rest = {
    name: id,
    continues,
    history,
    replaces: readReplacement(body),
    hasLeft: (answerId: string) => hasLeft(body, answerId),
  };
  if (confirm) {
    const decision = confirm.approve ? "approved" : "declined";
    return { ...rest, replaces: undefined, asked: { kind: "decision", id: confirm.id, decision } };
  }
  const text = stripText(lastQuestion(messages) ?? "").trim();
  const selection = mode === "selection" ? (context ?? "") : undefined;
  return { ...rest, asked: { kind: "question", text, selection, scope: readScope(body) } };
}

function questionOf(messages: readonly UiMessage[]): UiMessage | undefined {
  return messages.findLast(({ role }) => role === "user");
}

function lastQuestion(messages: readonly UiMessage[]): string | undefined {
  const question = questionOf(messages);
  return question && textOf(question);
}

/**
 * Whether a client that sends these messages no longer waits for this answer: it shows the answer as ended, it
 * replaces it, or it asks anew after a question without an answer.
 */
function hasLeft({ messages, confirm, ...body }: UiChatBody, answerId: string): boolean {
  if (confirm) return false;
  const [before, last] = messages.slice(-2);
  const asksAnew = before?.role === "user" && last?.role === "user";
  return (
    asksAnew ||
    readReplacement({ messages, ...body }) !== undefined ||
    messages.some(({ id }) => id === answerId)
  );
}

/** What a regenerated answer or an edited question replaces; undefined for a new question. */
function readReplacement({ messages, trigger, messageId }: UiChatBody): Replacement | undefined {
  const last = messages.at(-1);
  // The client also sends a messageId where it sends no question.
  const isEdited = last?.role === "user" && last.id !== undefined && last.id === messageId;
  if (!isEdited && trigger !== "regenerate-message") return undefined;
  const question = messages.findLastIndex(({ role }) => role === "user");
  const before = messages.slice(Math.max(0, question - mostHistory), Math.max(0, question));
  const isFirst = isEdited && before.length === 0;
  return {
    messageId: messageId && isUuid(messageId) ? messageId : undefined,
    before: before.flatMap(({ id }) => (id !== undefined && isUuid(id) ? [id] : [])),
    otherwise: isFirst ? "all" : "last-turn",
  };
}

/** The messages before the question. */
function tellHistory(messages: readonly UiMessage[]) {
  const end = messages.findLastIndex(({ role }) => role === "user");
  return messages.slice(Math.max(0, end - mostHistory), Math.max(0, end)).flatMap((message) => {
    const { role } = message;
    const content = stripText(textOf(message));
    if (role === "system" || content === "") return [];
    return [{ role, content, tool_calls: [] }];
  });
}

function textOf({ parts }: UiMessage): string {
  return parts.flatMap(({ type, text }) => (type === "text" && text ? [text] : [])).join("");
}

function fieldOf(key: string, input: object, value: unknown): v.ObjectPathItem {
  return { type: "object", origin: "value", input: { ...input }, key, value };
}
