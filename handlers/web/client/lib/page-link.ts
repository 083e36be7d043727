/** Makes a click on a link to this page run `follow`; a click that opens a tab or a window is left to the browser. */
export function followInPage(link: HTMLAnchorElement, follow: () => void): void {
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    follow();
  });
}
