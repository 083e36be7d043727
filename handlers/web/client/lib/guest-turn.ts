import type { Session } from "./session.ts";

/**
 * Asks in this tab's turn where there is no session yet. The answer to such a question brings a new guest: tabs that
 * ask at the same moment would each get one, and keep only the last. A tab that waits for its turn asks, or signs in, as
 * the guest of the tab before. None waits with a session, or where the browser has no locks, as on a page that came over plain HTTP.
 *
 * @param ask is given the function that ends the turn, to be called when the guest's tokens are kept
 * @throws what `ask` throws; the reason of `signal`
 */
export async function inGuestTurn<Result>(
  session: Session,
  signal: AbortSignal,
  ask: (endTurn: () => void) => Promise<Result>,
): Promise<Result> {
  const endTurn = await takeTurn(session, signal);
  try {
    return await ask(endTurn);
  } finally {
    endTurn();
  }
}

async function takeTurn(session: Session, signal: AbortSignal): Promise<() => void> {
  const end = Promise.withResolvers<void>();
  const { locks } = navigator as { readonly locks?: LockManager };
  if (session.tokens() || !locks) return end.resolve;
  const begin = Promise.withResolvers<void>();
  const hold = async (): Promise<void> => {
    begin.resolve();
    await end.promise;
  };
  locks.request("docent.guest", { signal }, hold).catch(begin.reject);
  await begin.promise;
  if (session.tokens()) end.resolve();
  return end.resolve;
}
