import type { BrowserStorage } from "./storage.ts";
import type { Account, KeptGrant, TokenPair } from "./wire.ts";

export type SessionChange =
  | { readonly kind: "signed-in"; readonly account: Account }
  /** `asked`: by the reader. `unasked`: the server refused the tokens. `elsewhere`: in another tab. */
  | { readonly kind: "signed-out"; readonly cause: "asked" | "unasked" | "elsewhere" }
  /** A guest has begun or ended, or the account's name has changed. */
  | { readonly kind: "updated" };

/** The page's session: none yet, a guest's, or a signed-in user's. */
export interface Session {
  tokens(): TokenPair | undefined;
  /** The signed-in user; undefined for a guest or without a session. */
  user(): Account | undefined;
  /** Stores the tokens of a sign-in, a renewal or a first question. */
  keep(grant: KeptGrant): void;
  /** Stores the changed account. */
  readonly update: (account: Account) => void;
  end(cause: "asked" | "unasked"): void;
  onChange(listener: (change: SessionChange) => void): void;
}

/** Creates the session, which is shared by all tabs through `storage`. */
export function createSession(storage: BrowserStorage): Session {
  const listeners: ((change: SessionChange) => void)[] = [];
  let known = userOf(storage.grant());

  function tell(change: SessionChange): void {
    for (const listener of listeners) listener(change);
  }

  /** Reads the stored session again and tells the listeners about changes. */
  function compare(cause: "asked" | "unasked" | "elsewhere"): void {
    const before = known;
    known = userOf(storage.grant());
    if (before && before.id !== known?.id) tell({ kind: "signed-out", cause });
    if (known && before?.id !== known.id) tell({ kind: "signed-in", account: known });
    if (before?.id === known?.id) tell({ kind: "updated" });
  }

  storage.onGrantElsewhere(() => compare("elsewhere"));

  return {
    tokens: () => storage.grant(),
    user: () => known,
    keep(grant) {
      const user = grant.user ?? storage.grant()?.user;
      const { access_token, refresh_token } = grant;
      storage.keepGrant({ access_token, refresh_token, ...(user && { user }) });
      compare("asked");
    },
    update(user) {
      const grant = storage.grant();
      if (grant) storage.keepGrant({ ...grant, user });
      compare("asked");
    },
    end(cause) {
      storage.keepGrant(undefined);
      compare(cause);
    },
    onChange: (listener) => void listeners.push(listener),
  };
}

function userOf(grant: KeptGrant | undefined): Account | undefined {
  return grant?.user?.kind === "user" ? grant.user : undefined;
}
