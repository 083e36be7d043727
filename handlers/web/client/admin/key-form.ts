import { createField, createForm } from "../lib/forms.ts";
import { problemOf, RequestFailure } from "../lib/request.ts";
import type { Trouble } from "../lib/wire.ts";
import type { OperatorSession } from "./operator.ts";

export interface KeyForm {
  readonly element: HTMLElement;
  /** Empties the field and focuses it. */
  reset(): void;
}

/** The form that asks for the operator's key. */
export function createKeyForm(operator: OperatorSession, onEntered: () => void): KeyForm {
  const key = createField({
    name: "key",
    label: "Operator's key",
    type: "password",
    autocomplete: "off",
    required: true,
    hint: "ADMIN_API_KEY of this server. It stays in this tab until you lock or reload the page.",
  });
  const form = createForm({
    fields: [key],
    submit: "Open",
    async run() {
      const given = key.input.value.trim();
      // Other characters cannot be sent in a header.
      if (!/^[\x20-\x7e]+$/.test(given)) throw new RequestFailure(wrongKey);
      try {
        await operator.enter(given);
      } catch (error) {
        throw new RequestFailure(explain(problemOf(error)));
      }
      form.reset();
      onEntered();
    },
  });
  return {
    element: form.element,
    reset() {
      form.reset();
      key.input.focus();
    },
  };
}

const wrongKey: Trouble = {
  code: "invalid_token",
  detail: "This is not the operator's key.",
  status: 401,
  retryable: false,
  errors: [{ path: "key", message: "is not the operator's key" }],
};

function explain(problem: Trouble): Trouble {
  if (problem.status === 401) return wrongKey;
  if (problem.code === "settings_missing" && problem.detail.includes("ADMIN_API_KEY")) {
    const detail =
      "This server has no operator's key yet. Set ADMIN_API_KEY to a secret of at least 32 bytes, then restart the server.";
    return { ...problem, detail };
  }
  if (problem.status === 429) {
    const seconds = problem.retryAfter ?? 60;
    return {
      ...problem,
      retryAfter: seconds,
      detail: `Too many attempts from this address. Try again in ${seconds} seconds.`,
    };
  }
  return problem;
}
