import type { TestApp } from "../apps/test-app.ts";

/** A signed-in user or guest. */
export interface Person {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly user: {
    readonly id: string;
    readonly email: string | null;
    readonly name: string | null;
    readonly kind: string;
    readonly created_at: string;
  };
}

export const goodPassword = "korrekt pferd batterie";

export function bearer(token: string): { authorization: string } {
  return { authorization: `Bearer ${token}` };
}

/** Registers a new account. */
export async function register(
  docent: TestApp,
  { email = `${crypto.randomUUID()}@example.org`, password = goodPassword, guest = "" } = {},
): Promise<Person> {
  const headers = guest === "" ? {} : bearer(guest);
  const response = await docent.post("/api/auth/register", { email, password }, headers);
  if (response.status !== 201) throw new Error(await response.text());
  return response.json() as Promise<Person>;
}

export async function logIn(
  docent: TestApp,
  email: string | null,
  headers: Record<string, string> = {},
): Promise<Person> {
  const response = await docent.post("/api/auth/login", { email, password: goodPassword }, headers);
  if (response.status !== 200) throw new Error(await response.text());
  return response.json() as Promise<Person>;
}

/** A new guest without a conversation. */
export async function startGuest(docent: TestApp): Promise<Person> {
  return (await docent.post("/api/auth/guest", {})).json() as Promise<Person>;
}

/** Sends a JSON body by any method. */
export function send(
  docent: TestApp,
  method: string,
  path: string,
  { token, body }: { token?: string; body?: unknown } = {},
): Promise<Response> {
  return docent.fetch(path, {
    method,
    headers: {
      ...(token !== undefined && bearer(token)),
      ...(body !== undefined && { "content-type": "application/json" }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}
