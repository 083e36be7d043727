import { taskTools } from "../../../contract/tool-names.ts";
import { button, element } from "../lib/elements.ts";
import type { Decision } from "../../../contract/conversation.ts";
import type { Trouble } from "../lib/wire.ts";
import type { ShownConfirmation } from "./stored-confirmations.ts";

/** The confirmations that one answer asks for. */
export interface ConfirmationGroup {
  readonly element: HTMLElement;
  /** `decision`: the reader's answer, if already given. */
  add(confirmation: ShownConfirmation & { readonly decision?: Decision | undefined }): void;
}

export interface Confirmations {
  readonly createGroup: () => ConfirmationGroup;
  /** Disables the buttons while an answer runs. */
  setBusy(busy: boolean): void;
}

interface Card {
  readonly element: HTMLElement;
  readonly isPending: () => boolean;
  /** Whether approving it deletes something. */
  readonly isDangerous: boolean;
  readonly setBusy: (busy: boolean) => void;
  readonly answer: (approve: boolean) => Promise<boolean>;
}

/**
 * Creates the confirmations of one answer.
 *
 * @param send tells the server; resolves to the problem when the server refused the answer
 */
export function createConfirmations(
  send: (id: string, approve: boolean) => Promise<Trouble | undefined>,
): Confirmations {
  const cards = new Set<Card>();
  let busy = false;

  function setBusy(value: boolean): void {
    busy = value;
    for (const card of cards) card.setBusy(value);
  }

  return {
    setBusy,
    createGroup() {
      const root = element("div", "confirmations");
      const mine: Card[] = [];
      const known = new Set<string>();
      const approveAll = button("again", "", () => void answerAll());
      const update = (): void => {
        const pending = mine.filter((card) => card.isPending());
        approveAll.textContent = `Approve all ${pending.length}`;
        approveAll.hidden = pending.length < 2;
        approveAll.classList.toggle(
          "danger",
          pending.some((card) => card.isDangerous),
        );
      };
      const all: Card = {
        element: approveAll,
        isPending: () => true,
        isDangerous: false,
        setBusy(value) {
          const first = mine.find((card) => card.isPending());
          // A disabled button loses the focus.
          if (value && document.activeElement === approveAll) first?.element.focus();
          approveAll.disabled = value;
        },
        answer: () => Promise.resolve(true),
      };
      async function answerAll(): Promise<void> {
        for (const card of mine.filter((each) => each.isPending())) {
          if (!(await card.answer(true))) return;
        }
      }
      return {
        element: root,
        add(confirmation) {
          if (known.has(confirmation.id)) return;
          known.add(confirmation.id);
          if (mine.length === 0) cards.add(all);
          const card = createCard(confirmation, send, update);
          card.setBusy(busy);
          mine.push(card);
          cards.add(card);
          root.append(card.element, approveAll);
          update();
        },
      };
    },
  };
}

function createCard(
  { id, tool, summary, expires_at, decision }: Parameters<ConfirmationGroup["add"]>[0],
  send: (id: string, approve: boolean) => Promise<Trouble | undefined>,
  onChange: () => void,
): Card {
  let state: "pending" | "answering" | "settled" = "pending";
  const expires = Date.parse(expires_at);
  const text = element("p", "confirmation-text", summary);
  text.dir = "auto";
  const note = element("p", "confirmation-note", until(expires));
  note.setAttribute("role", "status");
  const isDangerous = tool === taskTools.delete;
  const approve = button(
    isDangerous ? "primary danger" : "primary",
    "Approve",
    () => void answer(true),
  );
  const decline = button("again", "Decline", () => void answer(false));
  const actions = element("div", "confirmation-actions", approve, decline);
  const root = element("section", "confirmation", text, actions, note);
  root.classList.toggle("dangerous", isDangerous);
  root.setAttribute("aria-label", `Approval needed: ${summary}`);
  root.tabIndex = -1;

  function settle(line: string): void {
    state = "settled";
    if (root.contains(document.activeElement)) root.focus();
    root.classList.add("settled");
    actions.remove();
    note.textContent = line;
    onChange();
  }

  async function answer(approved: boolean): Promise<boolean> {
    if (state !== "pending") return false;
    state = "answering";
    note.textContent = approved ? "Approving…" : "Declining…";
    const problem = await send(id, approved);
    if (!problem) {
      settle(said[approved ? "approved" : "declined"]);
      return true;
    }
    if (problem.status >= 400 && problem.status < 500 && !isPassing(problem)) {
      settle(problem.detail);
    } else {
      state = "pending";
      note.textContent = problem.detail;
    }
    return false;
  }

  function expire(): void {
    if (state === "settled") return;
    if (expires > Date.now()) setTimeout(expire, Math.min(expires - Date.now() + 50, 60_000));
    else if (state === "pending") settle("This has expired. Ask again if you still want it.");
  }
  if (decision) settle(said[decision]);
  else expire();

  return {
    element: root,
    isPending: () => state === "pending",
    isDangerous,
    setBusy(busy) {
      if (busy && actions.contains(document.activeElement)) root.focus();
      approve.disabled = busy;
      decline.disabled = busy;
    },
    answer,
  };
}

const said = { approved: "Approved", declined: "Declined" } as const;

/** After these problems (signed out, busy, rate limited) the confirmation can still be answered. */
function isPassing({ status, code }: Trouble): boolean {
  return status === 401 || status === 429 || code === "conversation_busy";
}

function until(expires: number): string {
  if (!Number.isFinite(expires)) return "";
  const time = new Date(expires).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  return `Nothing changes until you approve. Expires at ${time}.`;
}
