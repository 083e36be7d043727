import { button, element } from "./elements.ts";
import { problemOf } from "./request.ts";
import type { Trouble } from "./wire.ts";

export interface Field {
  readonly element: HTMLElement;
  readonly input: HTMLInputElement | HTMLTextAreaElement;
  /** Shows what is wrong with the field; an empty text removes the message. */
  readonly complain: (line: string) => void;
}

export interface FieldOptions {
  /** The field's name in the request body. */
  readonly name: string;
  readonly label: string;
  readonly type?: "text" | "email" | "password";
  readonly autocomplete?: AutoFill;
  readonly required?: boolean;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly hint?: string;
  readonly multiline?: boolean;
}

let fields = 0;

/** A labelled field with a hint and an error message. A password can be made visible. */
export function createField(options: FieldOptions): Field {
  const { type = "text", hint } = options;
  const id = `field-${++fields}`;
  const input = options.multiline ? element("textarea") : element("input");
  if (input instanceof HTMLInputElement) input.type = type;
  input.id = id;
  input.name = options.name;
  input.dir = type === "text" ? "auto" : "ltr";
  input.required = options.required === true;
  if (options.autocomplete) input.autocomplete = options.autocomplete;
  if (options.minLength) input.minLength = options.minLength;
  if (options.maxLength) input.maxLength = options.maxLength;
  if (type !== "text") input.setAttribute("autocapitalize", "none");
  if (type !== "text") input.spellcheck = false;
  const label = element("label", "", options.label);
  label.htmlFor = id;
  const complaint = element("p", "complaint");
  complaint.id = `${id}-complaint`;
  const box = element("div", "field-box", input);
  const root = element("div", "field", label, box, complaint);
  const described = [complaint.id];
  if (hint) {
    const line = element("p", "hint", hint);
    line.id = `${id}-hint`;
    complaint.before(line);
    described.push(line.id);
  }
  input.setAttribute("aria-describedby", described.join(" "));
  if (type === "password" && input instanceof HTMLInputElement) box.append(reveal(input));

  function complain(line: string): void {
    complaint.textContent = line;
    input.setAttribute("aria-invalid", String(line !== ""));
  }
  input.addEventListener("input", () => complain(""));
  return { element: root, input, complain };
}

function reveal(input: HTMLInputElement): HTMLButtonElement {
  const made = button("reveal", "Show", () => {
    const isShown = input.type === "text";
    input.type = isShown ? "password" : "text";
    made.textContent = isShown ? "Show" : "Hide";
    made.setAttribute("aria-pressed", String(!isShown));
  });
  made.setAttribute("aria-label", "Show password");
  made.setAttribute("aria-pressed", "false");
  return made;
}

export interface FormOptions {
  readonly fields: readonly Field[];
  /** Shown between the fields and the button. */
  readonly below?: readonly HTMLElement[];
  /** The button's label. */
  readonly submit: string;
  readonly extra?: readonly HTMLElement[];
  /** Sends the form; resolves to a line to show, or to nothing. Throws RequestFailure. */
  readonly run: () => Promise<string | undefined | void>;
}

export interface Form {
  readonly element: HTMLFormElement;
  readonly reset: () => void;
}

/** Creates a form that shows each error at its field and ignores clicks while it is sending. */
export function createForm(options: FormOptions): Form {
  const { fields: all, submit, below = [], extra = [], run } = options;
  const send = element("button", "primary", submit);
  send.type = "submit";
  const line = element("p", "form-line");
  line.setAttribute("role", "status");
  const root = element("form", "form", ...all.map((field) => field.element), ...below, line);
  root.append(element("div", "form-actions", send, ...extra));
  root.noValidate = true;
  let busy = false;
  let wait = 0;

  function say(words: string, isTrouble: boolean): void {
    line.textContent = words;
    line.classList.toggle("complaint", isTrouble);
  }

  function explain(problem: Trouble): void {
    const unnamed: string[] = [];
    let first: Field | undefined;
    for (const { path, message } of problem.errors ?? []) {
      const name = path.split(".").at(-1);
      const field = all.find(({ input }) => input.name === name);
      // The server's messages have no subject ("must not be empty"): the field's label is put before them.
      field?.complain(sentence(`this ${message}`));
      first ??= field;
      if (!field) unnamed.push(sentence(message));
    }
    if (problem.code === "wrong_password") {
      first = all.find(({ input }) => input.autocomplete === "current-password");
      first?.complain(problem.detail);
    }
    first?.input.focus();
    if (!first || unnamed.length > 0) say(unnamed.join(" ") || problem.detail, true);
    if (problem.retryAfter) countDown(Date.now() + problem.retryAfter * 1000);
  }

  function countDown(until: number): void {
    const left = Math.ceil((until - Date.now()) / 1000);
    send.disabled = left > 0;
    send.textContent = left > 0 ? `${submit} (in ${left} s)` : submit;
    clearTimeout(wait);
    if (left > 0) wait = setTimeout(() => countDown(until), 250);
  }

  async function go(): Promise<void> {
    if (busy || send.disabled) return;
    say("", false);
    for (const field of all) field.complain(wrongWith(field.input));
    const wrong = all.find(({ input }) => input.getAttribute("aria-invalid") === "true");
    if (wrong) return wrong.input.focus();
    busy = true;
    root.setAttribute("aria-busy", "true");
    try {
      say((await run()) ?? "", false);
    } catch (error) {
      explain(problemOf(error));
    } finally {
      busy = false;
      root.removeAttribute("aria-busy");
    }
  }

  root.addEventListener("submit", (event) => {
    event.preventDefault();
    void go();
  });
  return {
    element: root,
    reset() {
      root.reset();
      say("", false);
      for (const field of all) field.complain("");
    },
  };
}

function wrongWith({ value, validity, minLength, type }: Field["input"]): string {
  if (validity.valueMissing || (validity.valid && value !== "" && value.trim() === "")) {
    return "Please fill this in.";
  }
  // Looser than the browser's check, which refuses addresses in other scripts; the server decides.
  if (type === "email" && !/.@./.test(value)) return "This is not an email address.";
  // The browser looks only at what was typed, not at what a password manager filled in.
  // The field's hint says how many characters it needs.
  if (minLength > 0 && value.length < minLength) return "This is too short.";
  return "";
}

function sentence(words: string): string {
  const line = words.charAt(0).toUpperCase() + words.slice(1);
  return /[.!?]$/.test(line) ? line : `${line}.`;
}
