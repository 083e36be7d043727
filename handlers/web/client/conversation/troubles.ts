import type { Trouble } from "../lib/wire.ts";

/** An answer whose end is missing, because its server crashed or a service failed. */
export const cutOff: Trouble = {
  code: "interrupted",
  detail: "This answer was cut off.",
  status: 0,
  retryable: true,
};

/** A decision on a confirmation while an answer runs. */
export const busy: Trouble = {
  code: "conversation_busy",
  detail: "Wait until the answer is complete.",
  status: 0,
  retryable: true,
};
