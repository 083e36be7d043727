import { button, element, iconButton } from "../lib/elements.ts";
import { problemOf } from "../lib/request.ts";
import type { Vote } from "../../../contract/conversation.ts";

/** Stores the reader's vote on an answer; null takes it back. @throws RequestFailure */
export type SendVote = (vote: Vote | null, note?: string) => Promise<void>;

export interface VoteView {
  readonly buttons: readonly HTMLElement[];
  /** Holds the field for a note after a bad vote. */
  readonly noteSlot: HTMLElement;
}

export interface VoteOptions {
  readonly vote: Vote | null;
  readonly send: SendVote;
  /** Shows a line beside the buttons and reads it out. */
  readonly say: (line: string) => void;
  /** Wraps each change of height. */
  readonly follow: (change: () => void) => void;
}

/** Characters of a note; the server's own limit. */
const longestNote = 1000;

/** Creates the two buttons to vote on an answer, and the optional note after a bad vote. */
export function createVote({ vote: first, send, say, follow }: VoteOptions): VoteView {
  let vote = first;
  const noteSlot = element("div", "vote-note");
  const good = iconButton("good", "Good answer", () => void choose("good"));
  const bad = iconButton("bad", "Bad answer", () => void choose("bad"));

  function show(value: Vote | null): void {
    vote = value;
    good.setAttribute("aria-pressed", String(vote === "good"));
    bad.setAttribute("aria-pressed", String(vote === "bad"));
    if (vote !== "bad") follow(() => noteSlot.replaceChildren());
  }

  async function choose(chosen: Vote): Promise<void> {
    const before = vote;
    const wanted = vote === chosen ? null : chosen;
    show(wanted);
    say("");
    try {
      await send(wanted);
      // The reader may have chosen again meanwhile.
      if (vote !== wanted) return;
      if (wanted !== null) say("Thank you.");
      if (wanted === "bad") follow(() => noteSlot.replaceChildren(noteForm()));
    } catch (error) {
      if (vote === wanted) show(before);
      say(problemOf(error).detail);
    }
  }

  function close(): void {
    bad.focus();
    follow(() => noteSlot.replaceChildren());
  }

  function noteForm(): HTMLFormElement {
    const field = element("textarea");
    field.rows = 2;
    field.maxLength = longestNote;
    field.dir = "auto";
    const submit = element("button", "again", "Send");
    submit.type = "submit";
    const form = element(
      "form",
      "",
      element("label", "", element("span", "", "What was wrong? (optional)"), field),
      element("div", "form-actions", submit, button("quiet", "Skip", close)),
    );
    form.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.isComposing) return;
      // Escape elsewhere stops the running answer.
      event.stopPropagation();
      close();
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void sendNote(field.value.trim(), submit);
    });
    return form;
  }

  async function sendNote(note: string, submit: HTMLButtonElement): Promise<void> {
    if (note === "") return close();
    submit.disabled = true;
    try {
      await send("bad", note);
      close();
      say("Thank you. Your note was sent.");
    } catch (error) {
      submit.disabled = false;
      say(problemOf(error).detail);
    }
  }

  show(first);
  return { buttons: [good, bad], noteSlot };
}
