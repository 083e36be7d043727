import * as v from "valibot";
import { scopeFields } from "../contract/asked-scope.ts";
import { atMost, isVisible, storableText } from "../lib/text-schema.ts";

export interface ChatLimits {
  /** Characters (code points). */
  readonly messageMaximum: number;
  /** Characters (code points). */
  readonly contextMaximum: number;
}

/** In lower case, as PostgreSQL writes a UUID. */
const conversationId = v.pipe(v.string(), v.maxLength(200), v.toLowerCase());

/** Optional fields of a question, the same in each dialect. */
export function turnOptions({ contextMaximum }: ChatLimits) {
  return {
    mode: v.optional(
      v.picklist(["general", "selection"], 'must be "general" or "selection"'),
      "general",
    ),
    context: v.optional(v.nullable(v.pipe(storableText, atMost(contextMaximum)))),
    ...scopeFields,
    confirm: v.optional(
      v.pipe(
        v.object({
          id: v.pipe(v.string(), v.maxLength(200)),
          approve: v.boolean("must be true or false"),
        }),
        v.description(
          "Answers the confirmation with this id, in place of a message: what it asked is done, as it was shown, or not done. Once, within 10 minutes.",
        ),
      ),
    ),
  };
}

/** The text of a question: 1 to `messageMaximum` code points, well-formed. */
export function questionText({ messageMaximum }: ChatLimits) {
  return v.pipe(
    storableText,
    v.metadata({ minLength: 1 }),
    v.trim(),
    v.check(isVisible, "must not be empty"),
    atMost(messageMaximum),
  );
}

/** The body of POST /api/chat: a message, or the answer to a confirmation. */
export function chatBody(limits: ChatLimits) {
  return v.pipe(
    v.object({
      message: v.optional(questionText(limits)),
      conversation_id: v.optional(v.nullable(conversationId)),
      replaces: v.optional(
        v.pipe(
          v.nullable(v.pipe(v.string(), v.uuid("must be a message's id"), v.toLowerCase())),
          v.description(
            "Id of a message of this conversation: the new question replaces it, with all that follows; an answer is replaced with its question. An unknown id replaces nothing.",
          ),
        ),
      ),
      ...turnOptions(limits),
    }),
    v.forward(
      v.check(
        ({ message, confirm }) => message !== undefined || confirm !== undefined,
        "is required, unless there is confirm",
      ),
      ["message"],
    ),
    v.forward(
      v.check(
        ({ message, confirm }) => message === undefined || confirm === undefined,
        "cannot come with a message: send one of them",
      ),
      ["confirm"],
    ),
    v.forward(
      v.check(
        ({ conversation_id: id, confirm }) => confirm === undefined || typeof id === "string",
        "is required with confirm",
      ),
      ["conversation_id"],
    ),
    v.forward(
      v.check(
        ({ conversation_id: id, replaces }) => !replaces || typeof id === "string",
        "is required with replaces",
      ),
      ["conversation_id"],
    ),
    v.forward(
      v.check(
        ({ mode, context }) => mode !== "selection" || (context ?? "").trim() !== "",
        'is required with mode "selection"',
      ),
      ["context"],
    ),
  );
}

/** The query of POST /api/chat. */
export const answerOptions = v.object({
  sources: v.optional(
    v.pipe(
      v.picklist(["parts", "markdown"], 'must be "parts" or "markdown"'),
      v.description(
        "Of a UI message stream: `markdown` also lists the sources as links at the end of the text, for clients that ignore source parts.",
      ),
    ),
    "parts",
  ),
});

export const conversationParams = v.object({ id: conversationId });

/** A conversation by its id or by the name its client gave it. */
export const conversationName = v.object({ id: v.pipe(v.string(), v.maxLength(200)) });
