/** Tells this browser's other tabs of a conversation that has changed. */
export interface Tabs {
  readonly tell: (conversation: string) => void;
  onNews(listener: () => void): void;
}

/**
 * Creates the line between tabs. Only a conversation's id goes over it: each tab reads the conversation itself, with
 * its own session. Where the browser denies it, tabs see news when they get the focus.
 */
export function createTabs(): Tabs {
  const channel = openChannel();
  return {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has no target
    tell: (conversation) => channel?.postMessage(conversation),
    onNews(listener) {
      channel?.addEventListener("message", ({ data }) => {
        if (typeof data === "string") listener();
      });
    },
  };
}

function openChannel(): BroadcastChannel | undefined {
  try {
    return new BroadcastChannel("docent");
  } catch {
    return undefined;
  }
}
