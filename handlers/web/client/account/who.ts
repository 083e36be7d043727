import { part } from "../lib/elements.ts";
import type { Account } from "../lib/wire.ts";

/** Shows the buttons that fit the reader: to sign in, or the account's with its initial. */
export function showAccount(user: Account | undefined): void {
  const isUser = user !== undefined;
  document.body.classList.toggle("signed-in", isUser);
  for (const name of ["sign-in-open", "missing-sign-in", "rail-guest"])
    part(name, HTMLElement).hidden = isUser;
  const name = user?.name || user?.email || "";
  const account = part("account", HTMLButtonElement);
  account.hidden = !isUser;
  account.setAttribute("aria-label", `Account: ${name}`);
  part("account-initial", HTMLElement).textContent = Array.from(name)[0]?.toUpperCase() ?? "";
}
