import { part } from "../lib/elements.ts";

export interface Composer {
  setBusy(busy: boolean): void;
  focus(): void;
  /** Takes the focus of a button that goes. On a phone the conversation does, because the keyboard would cover it. */
  takeFocus(): void;
  /** Puts back a question that could not be sent, unless the reader has typed another. */
  giveBack(question: string): void;
}

/** Creates the input field: it grows, sends on Enter, and counts characters near the limit. */
export function createComposer(ask: (question: string) => void, stop: () => void): Composer {
  const form = part("composer", HTMLFormElement);
  const field = part("question", HTMLTextAreaElement);
  const send = part("send", HTMLButtonElement);
  const halt = part("stop", HTMLButtonElement);
  const counter = part("counter", HTMLElement);
  /** In code points, as the server counts. */
  const limit = Number(field.dataset["limit"]);
  const grows = CSS.supports("field-sizing", "content");
  let busy = false;

  function update(): void {
    const length = lengthOf(field.value.trim());
    const left = limit - length;
    counter.hidden = left > 200;
    counter.textContent =
      left < 0 ? `${characters(-left)} over the limit` : `${characters(left)} left`;
    counter.classList.toggle("over", left < 0);
    field.setAttribute("aria-invalid", String(left < 0));
    send.disabled = length === 0 || left < 0;
    if (grows) return;
    field.style.height = "auto";
    field.style.height = `${field.scrollHeight}px`;
  }

  function submit(): void {
    const question = field.value.trim();
    if (busy || question === "" || lengthOf(question) > limit) return;
    field.value = "";
    update();
    ask(question);
  }

  field.addEventListener("input", update);
  field.addEventListener("keydown", (event) => {
    // 229: Safari ends an IME composition before it reports its Enter.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229)
      return;
    event.preventDefault();
    submit();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  halt.addEventListener("click", stop);
  addEventListener("keydown", (event) => {
    const open = document.querySelector("dialog:modal, :popover-open");
    if (event.key === "Escape" && busy && !open && !event.isComposing) stop();
  });
  // A reload may restore the typed text.
  addEventListener("pageshow", update);
  update();

  return {
    setBusy(value) {
      const focused = document.activeElement;
      busy = value;
      send.hidden = value;
      halt.hidden = !value;
      // When the focused button disappears, the field takes the focus.
      if (focused === send || focused === halt) field.focus();
    },
    focus: () => field.focus({ preventScroll: true }),
    takeFocus() {
      const hasKeyboard = matchMedia("(pointer: fine)").matches;
      (hasKeyboard ? field : part("scroller", HTMLElement)).focus({ preventScroll: true });
    },
    giveBack(question) {
      if (field.value.trim() === "") field.value = question;
      update();
    },
  };
}

function lengthOf(text: string): number {
  return Array.from(text).length;
}

function characters(count: number): string {
  return count === 1 ? "1 character" : `${count} characters`;
}
