import { jsonRequest, type SendRequest } from "../lib/request.ts";
import type { HealthReport } from "../../../contract/health.ts";
import type { KeyPage, NewApiKey } from "../../../contract/key.ts";
import type { Scope } from "../../../contract/scope.ts";
import type { SessionPage } from "../../../contract/session.ts";
import type { Grant, OwnUser, User } from "../../../contract/user.ts";

export interface AccountChanges {
  readonly name?: string;
  readonly password?: string;
  readonly current_password?: string;
}

/**
 * Calls the account routes; every call throws RequestFailure. Signing in moves a guest's conversations to the
 * account.
 */
export function createAccountApi(request: SendRequest) {
  async function ask<Answer>(path: string, init?: RequestInit): Promise<Answer> {
    return (await (await request(path, () => init ?? {})).json()) as Answer;
  }
  const drop = async (path: string): Promise<void> => {
    await request(path, () => ({ method: "DELETE" }));
  };

  return {
    register: (fields: { email: string; password: string; name?: string }) =>
      ask<Grant>("/api/auth/register", jsonRequest("POST", fields)),
    login: (fields: { email: string; password: string }) =>
      ask<Grant>("/api/auth/login", jsonRequest("POST", fields)),
    async logout(refreshToken: string): Promise<void> {
      await request("/api/auth/logout", () => jsonRequest("POST", { refresh_token: refreshToken }));
    },
    read: () => ask<OwnUser>("/api/auth/me"),
    change: (changes: AccountChanges) => ask<User>("/api/auth/me", jsonRequest("PATCH", changes)),
    async remove(password: string): Promise<void> {
      await request("/api/auth/me", () => jsonRequest("DELETE", { password }));
    },
    /** Read from /api/health, which needs no account. */
    storage: async () => (await ask<HealthReport>("/api/health")).storage,
    devices: async () => (await ask<SessionPage>("/api/auth/sessions")).sessions,
    endDevice: (id: string) => drop(at("sessions", id)),
    keys: async () => (await ask<KeyPage>("/api/auth/keys")).keys,
    addKey: (key: { name: string; scopes: readonly Scope[] }) =>
      ask<NewApiKey>("/api/auth/keys", jsonRequest("POST", key)),
    removeKey: (id: string) => drop(at("keys", id)),
  };
}

function at(list: string, id: string): string {
  return `/api/auth/${list}/${encodeURIComponent(id)}`;
}

export type AccountApi = ReturnType<typeof createAccountApi>;
