import { button, element } from "../lib/elements.ts";
import type { Trouble } from "../lib/wire.ts";

/**
 * Shows a problem in the conversation, with a button to retry if that may help; counts down the server's
 * Retry-After.
 */
export function createTroubleView(problem: Trouble, retry?: () => void): HTMLElement {
  const reason = element("p", "", problem.detail);
  // Without the button: screen readers would read an alert out at every second that it counts down.
  reason.setAttribute("role", "alert");
  const view = element("div", "trouble", reason);
  if (!retry || !problem.retryable) return view;
  const again = button("again", "Try again", retry);
  view.append(again);
  const until = Date.now() + (problem.retryAfter ?? 0) * 1000;
  const count = (): void => {
    const left = Math.ceil((until - Date.now()) / 1000);
    again.disabled = left > 0;
    again.textContent = left > 0 ? `Try again in ${left} s` : "Try again";
    if (left > 0) setTimeout(count, 250);
  };
  count();
  return view;
}
