import { uuidV7 } from "../../lib/ids.ts";
import type { Clock } from "../../ports/clock.ts";
import type { PasswordHasher } from "../../ports/password-hasher.ts";
import type { Holder } from "../tokens/holder.ts";
import { toUser, type Grant, type Issued, type Issuer, type User } from "../tokens/issue.ts";
import { normalizePassword, refusePassword, type PasswordOwner } from "../passwords/passwords.ts";
import type { UserRow } from "../sessions/store.ts";
import type { AccountStore } from "./store.ts";

export interface AccountOptions {
  readonly store: AccountStore;
  readonly issuer: Issuer;
  readonly hasher: PasswordHasher;
  readonly clock: Clock;
  /** Told when a guest has become an account: what runs for the one is the other's from now on. */
  readonly onMerge: (guestId: string, userId: string) => void;
  /** Told when an account has been deleted: nothing runs for it any more. */
  readonly onRemove: (userId: string) => void;
}

/** Somebody at the door. */
export interface Visitor {
  /** The guest they have been until now. */
  readonly guestId: string | undefined;
  /** Their device in a few words. */
  readonly userAgent: string | null;
}

export interface Registration extends PasswordOwner {
  /** NFKC, lower case. */
  readonly email: string;
  readonly password: string;
}

interface SignedIn {
  readonly kind: "signed-in";
  readonly grant: Grant;
}

/** No signing secret is configured. */
interface NoSecret {
  readonly kind: "no-secret";
}

interface RefusedPassword {
  readonly kind: "refused-password";
  readonly reason: string;
}

interface SignedOut {
  readonly kind: "signed-out";
}

interface WrongPassword {
  readonly kind: "wrong-password";
}

export type Registered = SignedIn | NoSecret | RefusedPassword | { readonly kind: "email-taken" };
export type LoggedIn = SignedIn | NoSecret | WrongPassword;
export type Changed =
  | { readonly kind: "changed"; readonly user: User }
  | RefusedPassword
  | WrongPassword
  | { readonly kind: "no-password" }
  | SignedOut;
export type Removed = { readonly kind: "removed" } | WrongPassword | SignedOut;

/** An account as its owner sees it. */
export interface OwnUser extends User {
  readonly has_password: boolean;
}

export interface Change {
  /** Undefined: it stays. */
  readonly name: string | null | undefined;
  readonly password: { readonly current: string; readonly next: string } | undefined;
}

/** Everything an account does with its password. All of it throws PortFailure. */
export function createAccounts({
  store,
  issuer,
  hasher,
  clock,
  onMerge,
  onRemove,
}: AccountOptions) {
  function signedIn(issued: Issued, row: UserRow, { guestId }: Visitor): SignedIn {
    if (guestId !== undefined) onMerge(guestId, row.id);
    return { kind: "signed-in", grant: issued.grant(row) };
  }

  return {
    /** Makes an account and signs in; a guest's conversations become the account's. */
    async register(registration: Registration, visitor: Visitor): Promise<Registered> {
      const { email, name } = registration;
      const password = normalizePassword(registration.password);
      const reason = refusePassword(password, registration);
      if (reason !== undefined) return { kind: "refused-password", reason };
      const userId = uuidV7(clock.now());
      const issued = await issuer.issue({ userId, kind: "user" }, visitor.userAgent);
      if (!issued) return { kind: "no-secret" };
      const passwordHash = await hasher.hash(password);
      const row = await store.insertAccount(
        { userId, email, name, passwordHash },
        { session: issued.session, guestId: visitor.guestId },
      );
      return row ? signedIn(issued, row, visitor) : { kind: "email-taken" };
    },

    /** Signs in. An unknown address takes as long as a wrong password. */
    async logIn(
      credentials: { readonly email: string; readonly password: string },
      visitor: Visitor,
    ): Promise<LoggedIn> {
      const password = normalizePassword(credentials.password);
      const account = await store.findAccount(credentials.email);
      const verified = account?.password_hash ?? undefined;
      const verdict = await hasher.verify(password, verified);
      if (!account || verified === undefined || verdict === "wrong") {
        return { kind: "wrong-password" };
      }
      const userId = account.id;
      const issued = await issuer.issue({ userId, kind: "user" }, visitor.userAgent);
      if (!issued) return { kind: "no-secret" };
      const renewed = verdict === "outdated" ? await hasher.hash(password) : verified;
      const row = await store.insertSession(
        { userId, verified, renewed },
        { session: issued.session, guestId: visitor.guestId },
      );
      return row ? signedIn(issued, row, visitor) : { kind: "wrong-password" };
    },

    /** The holder's account or guest; undefined when the session has ended. */
    async read(holder: Holder): Promise<OwnUser | undefined> {
      const row = await store.readUser(holder);
      return row && { ...toUser(row), has_password: row.password_hash !== null };
    },

    /** Changes name and password; a new password ends the account's other sessions. */
    async change(holder: Holder, { name, password }: Change): Promise<Changed> {
      if (!password) {
        const row =
          name === undefined ? await store.readUser(holder) : await store.rename(holder, name);
        return row ? { kind: "changed", user: toUser(row) } : { kind: "signed-out" };
      }
      const account = await store.readUser(holder);
      if (!account || holder.credential.kind !== "session") return { kind: "signed-out" };
      const verified = account.password_hash;
      // A first one would let a token that was stolen once in for ever.
      if (verified === null) return { kind: "no-password" };
      const verdict = await hasher.verify(normalizePassword(password.current), verified);
      if (verdict === "wrong") return { kind: "wrong-password" };
      const next = normalizePassword(password.next);
      const reason = refusePassword(next, {
        email: account.email,
        name: name === undefined ? account.name : name,
      });
      if (reason !== undefined) return { kind: "refused-password", reason };
      const row = await store.changePassword({
        holder,
        keptSession: holder.credential.sessionId,
        verified,
        passwordHash: await hasher.hash(next),
        name,
      });
      return row ? { kind: "changed", user: toUser(row) } : { kind: "wrong-password" };
    },

    /** Deletes the account with everything that is its own; one without a password needs an empty one. */
    async remove(holder: Holder, password: string): Promise<Removed> {
      const account = await store.readUser(holder);
      if (!account) return { kind: "signed-out" };
      const verified = account.password_hash ?? undefined;
      const isBare = verified === undefined && password === "";
      const verdict = isBare ? "right" : await hasher.verify(normalizePassword(password), verified);
      if (verdict === "wrong") return { kind: "wrong-password" };
      const isRemoved = await store.remove(holder, verified);
      if (!isRemoved) return { kind: "wrong-password" };
      onRemove(holder.userId);
      return { kind: "removed" };
    },
  };
}

export type Accounts = ReturnType<typeof createAccounts>;
