import { json, type Request } from "../lib/request.ts";
import type { Account, Grant } from "../lib/wire.ts";

export interface Device {
  readonly id: string;
  /** A few words, such as `Firefox on Windows`. */
  readonly user_agent: string | null;
  readonly created_at: string;
  readonly last_used_at: string;
  readonly current: boolean;
}

/** What a key may be used for. */
export const scopes = ["chat", "tasks", "search"] as const;
export type Scope = (typeof scopes)[number];

export interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly created_at: string;
  readonly last_used_at: string | null;
}

/** A key as it is shown this one time. */
export interface NewApiKey extends ApiKey {
  readonly key: string;
}

export interface AccountChanges {
  readonly name?: string;
  readonly password?: string;
  readonly current_password?: string;
}

/** How long the server keeps what it is given. */
export type Storage = "kept" | "until_restart";

/** Every call throws RequestFailure. A guest's conversations move to the account signed in to. */
export function createAccountApi(request: Request) {
  async function ask<Answer>(path: string, init?: RequestInit): Promise<Answer> {
    return (await (await request(path, () => init ?? {})).json()) as Answer;
  }
  const drop = async (path: string): Promise<void> => {
    await request(path, () => ({ method: "DELETE" }));
  };

  return {
    register: (fields: { email: string; password: string; name?: string }) =>
      ask<Grant>("/api/auth/register", json("POST", fields)),
    login: (fields: { email: string; password: string }) =>
      ask<Grant>("/api/auth/login", json("POST", fields)),
    async logout(refreshToken: string): Promise<void> {
      await request("/api/auth/logout", () => json("POST", { refresh_token: refreshToken }));
    },
    read: () => ask<Account>("/api/auth/me"),
    change: (changes: AccountChanges) => ask<Account>("/api/auth/me", json("PATCH", changes)),
    async remove(password: string): Promise<void> {
      await request("/api/auth/me", () => json("DELETE", { password }));
    },
    /** Asked of the server's own health, which needs no account. */
    storage: async () => (await ask<{ storage: Storage }>("/api/health")).storage,
    devices: async () => (await ask<{ sessions: Device[] }>("/api/auth/sessions")).sessions,
    endDevice: (id: string) => drop(at("sessions", id)),
    keys: async () => (await ask<{ keys: ApiKey[] }>("/api/auth/keys")).keys,
    addKey: (key: { name: string; scopes: readonly Scope[] }) =>
      ask<NewApiKey>("/api/auth/keys", json("POST", key)),
    removeKey: (id: string) => drop(at("keys", id)),
  };
}

function at(list: string, id: string): string {
  return `/api/auth/${list}/${encodeURIComponent(id)}`;
}

export type AccountApi = ReturnType<typeof createAccountApi>;
