import type { SessionStatement } from "../../http/access/admission.ts";
import type { Caller } from "../../http/access/identity.ts";
import type { PreparedGuest } from "./sessions.ts";
import { existingSession, newSession } from "./store.ts";

/** Looks the caller's session or key up, in the statement of the caller's request. */
export function existingSessionStatement(caller: Caller): SessionStatement {
  return { userId: caller.id, grant: undefined, session: () => existingSession(caller) };
}

/** Creates a guest, in the statement of the guest's first request. */
export function newGuestStatement({ guest, grant }: PreparedGuest): SessionStatement {
  return {
    userId: guest.userId,
    grant,
    session: (isAllowed) => newSession(guest, isAllowed),
  };
}
