import * as v from "valibot";
import { problemKinds, type ProblemCode } from "./problems.ts";
import type { Sent } from "./sent.ts";

export const fieldError = v.object({
  path: v.pipe(v.string(), v.description("Dotted path into the input, such as `body.message`")),
  message: v.string(),
});

/** The body of every failed answer: problem details (RFC 9457) with Docent's `code`. */
export const problemBody = v.object({
  type: v.string(),
  title: v.string(),
  status: v.pipe(v.number(), v.integer()),
  detail: v.string(),
  code: v.pipe(
    v.picklist(Object.keys(problemKinds) as ProblemCode[]),
    v.description("Stable, for programs"),
  ),
  request_id: v.string(),
  errors: v.optional(v.array(fieldError)),
});

/** The body of a failed answer under `/v1`, in the shape of OpenAI's errors. */
export const openaiErrorBody = v.object({
  error: v.object({
    message: v.string(),
    type: v.string(),
    param: v.nullable(v.string()),
    code: v.picklist(Object.keys(problemKinds) as ProblemCode[]),
  }),
});

export type FieldError = Sent<typeof fieldError>;
export type OpenaiErrorBody = Sent<typeof openaiErrorBody>;
export type ProblemBody = Sent<typeof problemBody>;
