/** The name under which the operator runs the page. */
export function siteName(): string {
  const meta = document.querySelector<HTMLMetaElement>("meta[name=application-name]");
  return meta?.content ?? "Docent";
}
