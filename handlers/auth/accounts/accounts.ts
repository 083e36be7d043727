import { uuidV7 } from "../../lib/ids.ts";
import type { Clock } from "../../ports/clock.ts";
import type { PasswordHasher } from "../../ports/password-hasher.ts";
import type { Admission, Checked } from "../../http/access/admission.ts";
import type { Grant, OwnUser, User } from "../../contract/user.ts";
import { toUser, type Device, type Issued, type Issuer } from "../tokens/issue.ts";
import { toBase64Url } from "../../lib/bytes.ts";
import type { Tokens } from "../tokens/tokens.ts";
import type { IsCommonPassword } from "../passwords/common-passwords.ts";
import { normalizePassword, refusePassword, type PasswordOwner } from "../passwords/passwords.ts";
import type { UserRow } from "../sessions/store.ts";
import type { AccountRow, AccountStore } from "./store.ts";

export interface AccountOptions {
  readonly store: AccountStore;
  readonly issuer: Issuer;
  readonly tokens: Tokens;
  readonly hasher: PasswordHasher;
  readonly isCommonPassword: IsCommonPassword;
  readonly clock: Clock;
  /** Called when a guest has become an account, which takes over the guest's running answers. */
  readonly onMerge: (guestId: string, userId: string) => void;
  /** Called when an account has been deleted: its running answers must end. */
  readonly onRemove: (userId: string) => void;
}

/** The facts that a sign-in takes from its request. */
export interface SignInCaller extends Device {
  /** The caller's guest, whose conversations the account takes over. */
  readonly guestId: string | undefined;
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

interface WrongPassword {
  readonly kind: "wrong-password";
}

export type Registered = SignedIn | NoSecret | { readonly kind: "email-taken" };
export type LoggedIn = SignedIn | NoSecret | WrongPassword;
export type Changed =
  | { readonly kind: "changed"; readonly user: User }
  | RefusedPassword
  | WrongPassword
  | { readonly kind: "no-password" };
export type Removed = { readonly kind: "removed" } | WrongPassword;

export interface Change {
  /** Undefined: unchanged. */
  readonly name: string | null | undefined;
  readonly password: { readonly current: string; readonly next: string } | undefined;
}

/** Registers, signs in with a password, reads, changes and deletes accounts. All methods throw PortFailure. */
export function createAccounts({
  store,
  issuer,
  tokens,
  hasher,
  isCommonPassword,
  clock,
  onMerge,
  onRemove,
}: AccountOptions) {
  async function signedIn(
    issued: Issued,
    row: UserRow,
    { guestId }: SignInCaller,
  ): Promise<SignedIn> {
    if (guestId !== undefined) onMerge(guestId, row.id);
    return { kind: "signed-in", grant: await issued.grant(row) };
  }

  async function changePassword(
    admission: Admission,
    account: AccountRow,
    { name, current, next }: Pick<Change, "name"> & NonNullable<Change["password"]>,
  ): Promise<Changed> {
    const verified = account.password_hash;
    // Setting a first password would give a stolen token lasting access.
    if (verified === null) return { kind: "no-password" };
    const verdict = await hasher.verify(normalizePassword(current), verified);
    if (verdict === "wrong") return { kind: "wrong-password" };
    const password = normalizePassword(next);
    const owner = { email: account.email, name: name === undefined ? account.name : name };
    const reason = await refusePassword(password, owner, isCommonPassword);
    if (reason !== undefined) return { kind: "refused-password", reason };
    const passwordHash = await hasher.hash(password);
    const row = await store.changePassword(admission, { verified, passwordHash, name });
    return row ? { kind: "changed", user: toUser(row) } : { kind: "wrong-password" };
  }

  return {
    /** Why the password of a new account is refused; undefined: it is not. */
    refuse: ({ password, ...owner }: Registration) =>
      refusePassword(normalizePassword(password), owner, isCommonPassword),

    /**
     * Creates an account, whose password `refuse` accepts, and signs in; a guest's conversations become the account's.
     */
    async register(registration: Registration, caller: SignInCaller): Promise<Registered> {
      const { email, name } = registration;
      const password = normalizePassword(registration.password);
      const userId = uuidV7(clock.now());
      const issued = await issuer.issue({ userId, kind: "user" }, caller);
      if (!issued) return { kind: "no-secret" };
      const passwordHash = await hasher.hash(password);
      const row = await store.insertAccount(
        { userId, email, name, passwordHash },
        { session: issued.session, guestId: caller.guestId },
      );
      return row ? signedIn(issued, row, caller) : { kind: "email-taken" };
    },

    /** Signs in. An unknown address takes as long as a wrong password. */
    async logIn(
      credentials: { readonly email: string; readonly password: string },
      caller: SignInCaller,
    ): Promise<LoggedIn> {
      const password = normalizePassword(credentials.password);
      const account = await store.findAccount(credentials.email);
      const verified = account?.password_hash ?? undefined;
      const verdict = await hasher.verify(password, verified);
      if (!account || verified === undefined || verdict === "wrong") {
        return { kind: "wrong-password" };
      }
      const userId = account.id;
      const issued = await issuer.issue({ userId, kind: "user" }, caller);
      if (!issued) return { kind: "no-secret" };
      const renewed = verdict === "outdated" ? await hasher.hash(password) : verified;
      const row = await store.insertSession(
        { userId, verified, renewed },
        { session: issued.session, guestId: caller.guestId },
      );
      return row ? signedIn(issued, row, caller) : { kind: "wrong-password" };
    },

    /** Whether the account of this email address was signed into from this address before. */
    async isKnownAddress(email: string, address: string): Promise<boolean> {
      const known = await store.findKnownAddresses(email);
      if (!known) return false;
      const digests = await tokens.addressDigests(known.user_id, address);
      const hashes = new Set(known.address_hashes.map(toBase64Url));
      return digests.some((digest) => hashes.has(toBase64Url(digest)));
    },

    /** The caller's account or guest. */
    async read(admission: Admission): Promise<Checked<OwnUser>> {
      const found = await store.readUser(admission);
      if (found.kind !== "admitted") return found;
      const { value: row } = found;
      return { ...found, value: { ...toUser(row), has_password: row.password_hash !== null } };
    },

    /** Changes name and password; a new password ends the account's other sessions. */
    async change(admission: Admission, { name, password }: Change): Promise<Checked<Changed>> {
      if (!password) {
        const named =
          name === undefined
            ? await store.readUser(admission)
            : await store.rename(admission, name);
        if (named.kind !== "admitted") return named;
        return { ...named, value: { kind: "changed", user: toUser(named.value) } };
      }
      const found = await store.readUser(admission);
      if (found.kind !== "admitted") return found;
      const changed = await changePassword(admission, found.value, { name, ...password });
      return { ...found, value: changed };
    },

    /** Deletes the account and all its data; for an account without a password, `password` is empty. */
    async remove(admission: Admission, password: string): Promise<Checked<Removed>> {
      const found = await store.readUser(admission);
      if (found.kind !== "admitted") return found;
      const verified = found.value.password_hash ?? undefined;
      const isBare = verified === undefined && password === "";
      const verdict = isBare ? "right" : await hasher.verify(normalizePassword(password), verified);
      const isRemoved = verdict !== "wrong" && (await store.remove(admission, verified));
      if (!isRemoved) return { ...found, value: { kind: "wrong-password" } };
      onRemove(admission.userId);
      return { ...found, value: { kind: "removed" } };
    },
  };
}

export type Accounts = ReturnType<typeof createAccounts>;
