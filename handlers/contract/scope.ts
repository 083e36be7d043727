/** What an API key may be used for; a key has one or more of them. */
export const scopes = ["chat", "tasks", "search", "models"] as const;

export type Scope = (typeof scopes)[number];
