import type { BrowserStorage } from "./storage.ts";

/** The open conversation, and the page's address that names it: `/c/<id>`, or `/` without one. */
export interface Address {
  /** The open conversation. */
  readonly conversation: () => string | undefined;
  /** The conversation that the address names, even if it cannot be opened. */
  readonly named: () => string | undefined;
  /** Whether the open conversation comes from the tab's memory: no address asked for it. */
  readonly isRemembered: () => boolean;
  /** Names a conversation, or none, in a new entry of the browser's history or in the current one. */
  show(id: string | undefined, entry: "new" | "current"): void;
  /** Leaves the conversation and keeps the address. */
  readonly close: () => void;
  /** Opens the conversation that the address names. */
  readonly reopen: () => void;
  /** Calls `listener` after the reader has gone back or forward to another conversation. */
  onTravel(listener: () => void): void;
}

/** A Space's page at this origin shows Docent in a frame. */
const spaces = "https://huggingface.co";

/**
 * Creates the page's address. The tab's memory is asked where the address cannot tell: in another site's frame, which a
 * reload begins at `/`, and after a sign-in with a provider, which returns to `/`.
 */
export function createAddress(storage: BrowserStorage): Address {
  const isFramed = window.parent !== window;
  const returns = /^#sign-in(?:-error)?=/.test(location.hash);
  const named = (): string | undefined => readPath(location.pathname);
  const given = readPath(location.hash.slice(1)) ?? named();
  const remembered = isFramed || returns ? storage.conversation() : undefined;
  let isRemembered = given === undefined && remembered !== undefined;
  let open = given ?? remembered;

  function write(id: string | undefined, entry: "new" | "current", hash = ""): void {
    const path = pathOf(id) + hash;
    if (entry === "new" && named() !== id) history.pushState(null, "", path);
    else history.replaceState(null, "", path);
    // Spaces hand the hash of their own address on to the frame (Hugging Face Hub, "Handle URL parameters").
    if (isFramed && `${originAround()}/`.startsWith(`${spaces}/`))
      window.parent.postMessage({ hash: `#${pathOf(id)}` }, spaces);
  }

  function keep(id: string | undefined): void {
    open = id;
    isRemembered = false;
    storage.keepConversation(id);
  }

  if (open !== undefined && open !== named()) write(open, "current", returns ? location.hash : "");
  storage.keepConversation(open);

  return {
    conversation: () => open,
    named,
    isRemembered: () => isRemembered,
    show(id, entry) {
      write(id, entry);
      keep(id);
    },
    close: () => keep(undefined),
    reopen: () => keep(named()),
    onTravel(listener) {
      addEventListener("popstate", () => {
        const id = readPath(location.hash.slice(1));
        if (id !== undefined) write(id, "current");
        if (open === named()) return;
        keep(named());
        listener();
      });
    },
  };
}

/** The origin of the page around this one's frame, or its address where the browser does not tell origins. */
function originAround(): string {
  return "ancestorOrigins" in location ? (location.ancestorOrigins[0] ?? "") : document.referrer;
}

/** The address of a conversation on this server. */
export function pathOf(id: string | undefined): string {
  return id === undefined ? "/" : `/c/${encodeURIComponent(id)}`;
}

function readPath(path: string): string | undefined {
  const [, id] = /^\/c\/([^/]+)\/?$/.exec(path) ?? [];
  try {
    return id === undefined ? undefined : decodeURIComponent(id);
  } catch {
    // A stray percent sign: no id has one.
    return id;
  }
}
