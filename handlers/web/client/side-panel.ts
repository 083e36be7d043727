import { part } from "./lib/elements.ts";
import type { BrowserStorage } from "./lib/storage.ts";

export interface SidePanel {
  /** Whether it is visible now. */
  isOpen(): boolean;
  /** Closes it if it is a drawer, which covers the conversation. */
  closeDrawer(): void;
  /** Shows its button, and the panel itself if the reader left it open. */
  offer(isOffered: boolean, openByDefault: boolean): void;
}

/** The width from which panels fit beside the conversation; page.css has the same one. */
const roomy = matchMedia("(width >= 62.5rem)");

/**
 * Creates a panel: beside the conversation in a wide window, a drawer over it in a narrow one, with the same
 * elements. Its parts are #name, #name-drawer, #name-body, #name-close and #name-toggle.
 */
export function createSidePanel(
  name: string,
  storage: BrowserStorage,
  onOpen: () => void,
): SidePanel {
  const aside = part(name, HTMLElement);
  const drawer = part(`${name}-drawer`, HTMLDialogElement);
  const body = part(`${name}-body`, HTMLElement);
  const toggle = part(`${name}-toggle`, HTMLButtonElement);
  let offered = false;
  let wanted = false;

  const isOpen = (): boolean => offered && (roomy.matches ? wanted : drawer.open);

  function place(): void {
    const home = roomy.matches ? aside : drawer;
    if (body.parentElement !== home) home.append(body);
    if (drawer.open && (roomy.matches || !offered)) drawer.close();
    toggle.hidden = !offered;
    aside.hidden = !(roomy.matches && isOpen());
    toggle.setAttribute("aria-expanded", String(isOpen()));
  }

  toggle.addEventListener("click", () => {
    if (roomy.matches) {
      wanted = !wanted;
      storage.keepPanel(name, wanted);
    } else drawer.showModal();
    place();
    if (isOpen()) onOpen();
  });
  part(`${name}-close`, HTMLButtonElement).addEventListener("click", () => drawer.close());
  drawer.addEventListener("close", place);
  drawer.addEventListener("click", (event) => {
    // The dialog's own box is the backdrop: its content fills it otherwise.
    if (event.target === drawer) drawer.close();
  });
  roomy.addEventListener("change", place);
  place();

  return {
    isOpen,
    closeDrawer: () => drawer.close(),
    offer(isOffered, openByDefault) {
      offered = isOffered;
      wanted = storage.panel(name) ?? openByDefault;
      place();
      if (isOpen()) onOpen();
    },
  };
}
