import * as v from "valibot";
import { boundedArray } from "../../../lib/bounded-array.ts";
import { stripText } from "../../../lib/text.ts";
import type { ToolDescription } from "../../../ports/language-model.ts";
import { questionText, type ChatLimits } from "../../schema.ts";

/** What the requests of chat completions and of responses have in common. */

const mostParts = 1000;
/** As OpenAI allows. */
export const mostTools = 128;

const contentPart = v.object({
  type: v.string(),
  text: v.optional(v.string()),
  refusal: v.optional(v.string()),
});

/** A message's text, in one piece or in parts. */
export const content = v.union(
  [v.string(), boundedArray(contentPart, mostParts)],
  "must be a text or a list of parts",
);
export type Content = v.InferOutput<typeof content>;

/** A function that the client runs itself. */
export const functionFields = {
  name: v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/, "must be 1 to 64 of a-z, A-Z, 0-9, _ and -")),
  description: v.optional(v.nullable(v.string())),
  parameters: v.optional(v.nullable(v.looseObject({}))),
};

export const tokenLimit = v.optional(v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1))));

/** The name of a model, Docent's or an upstream one's. */
export const modelName = v.pipe(v.string(), v.maxLength(200));

export function describeFunction({
  name,
  description,
  parameters,
}: {
  readonly name: string;
  readonly description?: string | null | undefined;
  readonly parameters?: object | null | undefined;
}): ToolDescription {
  return {
    name,
    description: description ?? "",
    parameters: parameters ?? { type: "object", properties: {} },
  };
}

/** The text of a message's content, in a form that can be stored. */
export function textOfContent(given: Content | null | undefined): string {
  const text =
    typeof given === "string"
      ? given
      : (given ?? []).map((part) => part.text ?? part.refusal ?? "").join("");
  return stripText(text);
}

/** Why a message's content asks nothing that can be answered; undefined: it does. */
export function questionIssue(
  given: Content | null | undefined,
  limits: ChatLimits,
): string | undefined {
  const parts = typeof given === "string" ? [] : (given ?? []);
  if (parts.some(({ type }) => type !== "text" && type !== "input_text"))
    return "must ask in text: no images, audio or files";
  const checked = v.safeParse(questionText(limits), textOfContent(given));
  return checked.success ? undefined : checked.issues[0].message;
}
