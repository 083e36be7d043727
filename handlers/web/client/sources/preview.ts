import { element } from "../lib/elements.ts";

/** Shows a source while the pointer or the focus is on its `[n]`. */
export interface SourcePreview {
  /**
   * Previews a source at its marker.
   *
   * @param content makes the preview's content; undefined: there is none (yet)
   * @param onOpen called to show the whole passage
   */
  readonly watch: (
    marker: HTMLButtonElement,
    content: () => Node | undefined,
    onOpen: () => void,
  ) => void;
}

/** Milliseconds the pointer rests before the preview appears, and may be away before it goes. */
const showAfter = 150;
const hideAfter = 300;
/** Pixels between the preview and the marker, and the window's edge. */
const gap = 8;
const margin = 12;

/**
 * Creates the preview, one for the page. It can be dismissed with Escape, pointed at, and stays until the pointer
 * and the focus leave (WCAG 2.2 §1.4.13). A tap shows it; a click or Enter opens the passage instead.
 */
export function createSourcePreview(): SourcePreview {
  const box = element("div", "preview");
  box.id = "preview";
  box.popover = "manual";
  box.setAttribute("role", "tooltip");
  document.body.append(box);
  let shownFor: HTMLButtonElement | undefined;
  let timer = 0;
  let isTouch = false;
  /** The marker whose passage was opened: the focus returns to it, which is no reason to show the preview. */
  let opened: HTMLButtonElement | undefined;

  function hide(): void {
    clearTimeout(timer);
    shownFor?.removeAttribute("aria-describedby");
    shownFor = undefined;
    if (box.matches(":popover-open")) box.hidePopover();
  }

  function show(marker: HTMLButtonElement, content: () => Node | undefined): void {
    clearTimeout(timer);
    if (shownFor === marker) return;
    const made = content();
    hide();
    if (!made || !marker.isConnected) return;
    box.replaceChildren(made);
    box.showPopover();
    shownFor = marker;
    marker.setAttribute("aria-describedby", box.id);
    place();
  }

  function place(): void {
    if (!shownFor) return;
    const { left, top, bottom, width } = shownFor.getBoundingClientRect();
    if (!shownFor.isConnected || bottom < 0 || top > innerHeight) return hide();
    const fitsBelow = bottom + gap + box.offsetHeight + margin <= innerHeight;
    const middle = left + width / 2 - box.offsetWidth / 2;
    box.style.left = `${Math.max(margin, Math.min(middle, innerWidth - box.offsetWidth - margin))}px`;
    box.style.top = `${Math.max(margin, fitsBelow ? bottom + gap : top - gap - box.offsetHeight)}px`;
  }

  function later(act: () => void, milliseconds: number): void {
    clearTimeout(timer);
    timer = setTimeout(act, milliseconds);
  }

  function hideUnlessFocused(): void {
    if (!(shownFor && shownFor === document.activeElement && shownFor.matches(":focus-visible")))
      hide();
  }

  box.addEventListener("pointerenter", () => clearTimeout(timer));
  box.addEventListener("pointerleave", () => later(hideUnlessFocused, hideAfter));
  // What the preview's buttons open covers it.
  box.addEventListener("click", hide);
  addEventListener("scroll", place, { capture: true, passive: true });
  addEventListener("resize", place);
  addEventListener(
    "pointerdown",
    ({ target, pointerType }) => {
      isTouch = pointerType === "touch";
      if (target instanceof Node && !box.contains(target) && !shownFor?.contains(target)) hide();
    },
    true,
  );
  addEventListener(
    "keydown",
    (event) => {
      isTouch = false;
      if (event.key !== "Escape" || !shownFor) return;
      // This Escape dismisses the preview alone, and neither closes a dialog nor stops an answer.
      event.stopPropagation();
      event.preventDefault();
      hide();
    },
    true,
  );

  return {
    watch(marker, content, onOpen) {
      marker.addEventListener("pointerenter", ({ pointerType }) => {
        if (pointerType !== "touch") later(() => show(marker, content), showAfter);
      });
      marker.addEventListener("pointerleave", ({ pointerType }) => {
        if (pointerType !== "touch") later(hideUnlessFocused, hideAfter);
      });
      marker.addEventListener("focus", () => {
        const isReturning = opened === marker;
        opened = undefined;
        if (!isReturning && marker.matches(":focus-visible")) show(marker, content);
      });
      marker.addEventListener("blur", () => {
        if (shownFor === marker && !box.matches(":hover")) hide();
      });
      marker.addEventListener("click", () => {
        if (isTouch) return show(marker, content);
        hide();
        opened = marker;
        onOpen();
      });
    },
  };
}
