import { part } from "../lib/elements.ts";
import { siteName } from "../lib/site-name.ts";

/** What the page shows in its middle. */
export type Scene = "welcome" | "loading" | "conversation" | "missing";

export interface Stage {
  readonly scene: () => Scene;
  show(scene: Scene): void;
  /** Names the window and the conversation; undefined: a conversation without a title as yet. */
  readonly showTitle: (title: string | undefined) => void;
}

const missingTitle = "Conversation not found";

/** Creates the page's middle: the welcome text, a conversation, or that a conversation was not found. */
export function createStage(): Stage {
  const log = part("log", HTMLElement);
  const title = part("conversation-title", HTMLElement);
  let current: Scene = "welcome";

  const showTitle = (text: string | undefined): void => {
    title.textContent = text ?? "Conversation";
    document.title = text ? `${text} · ${siteName()}` : siteName();
  };

  return {
    scene: () => current,
    show(scene) {
      if (scene === "missing") showTitle(missingTitle);
      else if (scene === "welcome" || current === "missing") showTitle(undefined);
      current = scene;
      part("welcome", HTMLElement).hidden = scene !== "welcome";
      part("missing", HTMLElement).hidden = scene !== "missing";
      part("new", HTMLElement).hidden = scene === "welcome";
      title.hidden = scene !== "conversation" && scene !== "loading";
      log.classList.toggle("loading", scene === "loading");
    },
    showTitle,
  };
}
