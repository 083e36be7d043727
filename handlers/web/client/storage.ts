import type { Tokens } from "./wire.ts";

/** What a reload keeps. Where storage is blocked (some iframes), it lasts as long as the page. */
export interface Storage {
  conversation(): string | undefined;
  keepConversation(id: string | undefined): void;
  tokens(): Tokens | undefined;
  keepTokens(tokens: Tokens | undefined): void;
}

export function createStorage(): Storage {
  const memory = new Map<string, string>();

  function read(name: string): string | undefined {
    try {
      return localStorage.getItem(name) ?? undefined;
    } catch {
      return memory.get(name);
    }
  }

  function write(name: string, value: string | undefined): void {
    try {
      if (value === undefined) localStorage.removeItem(name);
      else localStorage.setItem(name, value);
    } catch {
      if (value === undefined) memory.delete(name);
      else memory.set(name, value);
    }
  }

  return {
    conversation: () => read("docent.conversation"),
    keepConversation: (id) => write("docent.conversation", id),
    tokens() {
      try {
        const tokens = JSON.parse(read("docent.tokens") ?? "null") as Partial<Tokens> | null;
        return tokens?.access_token && tokens.refresh_token ? (tokens as Tokens) : undefined;
      } catch {
        return undefined;
      }
    },
    keepTokens: (tokens) => write("docent.tokens", tokens && JSON.stringify(tokens)),
  };
}
