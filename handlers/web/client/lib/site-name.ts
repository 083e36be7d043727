/** The name under which the operator runs the page. */
export const siteName =
  document.querySelector<HTMLMetaElement>("meta[name=application-name]")?.content ?? "Docent";
