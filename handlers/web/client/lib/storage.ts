import type { KeptGrant } from "./wire.ts";

/** The values that survive a reload. If storage is blocked (in some iframes), they last as long as the page. */
export interface BrowserStorage {
  /** The conversation that was open in this tab. */
  readonly conversation: () => string | undefined;
  readonly keepConversation: (id: string | undefined) => void;
  grant(): KeptGrant | undefined;
  keepGrant(grant: KeptGrant | undefined): void;
  /** Whether the reader left this side panel open; undefined: never used. */
  panel(name: string): boolean | undefined;
  keepPanel(name: string, isOpen: boolean): void;
  /** Calls `listener` when another tab may have signed in or out. */
  onGrantElsewhere(listener: () => void): void;
}

const conversationKey = "docent.conversation";
const grantKey = "docent.tokens";

/** Creates the page's storage, on sessionStorage and localStorage. */
export function createStorage(): BrowserStorage {
  /** What could not be stored: it is newer than what is. */
  const memory = new Map<string, string>();

  function read(area: "localStorage" | "sessionStorage", name: string): string | undefined {
    try {
      return memory.get(name) ?? window[area].getItem(name) ?? undefined;
    } catch {
      return undefined;
    }
  }

  function write(area: "localStorage" | "sessionStorage", name: string, value?: string): void {
    memory.delete(name);
    try {
      if (value === undefined) window[area].removeItem(name);
      else window[area].setItem(name, value);
    } catch {
      // Denied or full.
      if (value !== undefined) memory.set(name, value);
    }
  }

  return {
    conversation: () => read("sessionStorage", conversationKey),
    keepConversation: (id) => write("sessionStorage", conversationKey, id),
    grant() {
      try {
        const grant = JSON.parse(
          read("localStorage", grantKey) ?? "null",
        ) as Partial<KeptGrant> | null;
        return grant?.access_token && grant.refresh_token ? (grant as KeptGrant) : undefined;
      } catch {
        return undefined;
      }
    },
    keepGrant: (grant) => write("localStorage", grantKey, grant && JSON.stringify(grant)),
    panel(name) {
      const state = read("localStorage", `docent.${name}`);
      return state === undefined ? undefined : state === "open";
    },
    keepPanel: (name, isOpen) =>
      write("localStorage", `docent.${name}`, isOpen ? "open" : "closed"),
    onGrantElsewhere(listener) {
      window.addEventListener("storage", ({ key }) => {
        if (key !== grantKey && key !== null) return;
        memory.delete(grantKey);
        listener();
      });
      // A page that comes back from the browser's memory has missed the event.
      window.addEventListener("pageshow", ({ persisted }) => persisted && listener());
    },
  };
}
