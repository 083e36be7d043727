import { part } from "./lib/elements.ts";

/** Asks before an action that cannot be undone; resolves to false when the reader cancels. */
export type AskFirst = (question: {
  readonly title: string;
  readonly text: string;
  /** The label of the button that confirms. */
  readonly action: string;
}) => Promise<boolean>;

/** Creates the dialog that asks before such an action. */
export function createAskFirst(): AskFirst {
  const dialog = part("ask", HTMLDialogElement);
  const go = part("ask-go", HTMLButtonElement);
  go.addEventListener("click", () => dialog.close("go"));
  part("ask-cancel", HTMLButtonElement).addEventListener("click", () => dialog.close(""));

  return ({ title, text, action }) => {
    part("ask-title", HTMLElement).textContent = title;
    part("ask-text", HTMLElement).textContent = text;
    go.textContent = action;
    dialog.returnValue = "";
    dialog.showModal();
    return new Promise((resolve) => {
      dialog.addEventListener("close", () => resolve(dialog.returnValue === "go"), { once: true });
    });
  };
}
