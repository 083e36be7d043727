/** Copies text; false where the browser does not allow it. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Inside an iframe the Clipboard API needs the embedder's permission; `execCommand` does not.
    const field = document.createElement("textarea");
    field.value = text;
    field.className = "unseen";
    const focused = document.activeElement;
    // Outside of an open modal dialog nothing can be selected: an empty copy would count as a success.
    const dialog = [...document.querySelectorAll("dialog:modal")].at(-1);
    (dialog ?? document.body).append(field);
    field.select();
    const copied = document.execCommand("copy");
    field.remove();
    if (focused instanceof HTMLElement) focused.focus();
    return copied;
  }
}
