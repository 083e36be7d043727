import { part } from "./lib/elements.ts";
import type { BrowserStorage } from "./lib/storage.ts";

export interface SidePanel {
  /** Whether it can be seen right now. */
  isOpen(): boolean;
  /** Closes it where it covers the conversation. */
  closeDrawer(): void;
  /** Shows its button, and the panel itself where the reader left it open. */
  offer(isOffered: boolean, openByDefault: boolean): void;
}

/** Where there is room for panels beside the conversation; page.css knows the same width. */
const roomy = matchMedia("(width >= 62.5rem)");

/**
 * A panel beside the conversation on a wide window, and a drawer over it on a narrow one: the same
 * elements, moved. Its parts are #name, #name-drawer, #name-body, #name-close and #name-toggle.
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
