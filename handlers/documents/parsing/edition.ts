/** The version and the language of a document, for documentations with several. */
export interface Edition {
  /** Without a leading `v`; null: in no version's folder, so the newest. */
  readonly version: string | null;
  /** A BCP 47 tag in lower case; null: in no language's folder, so the main language. */
  readonly language: string | null;
}

interface Located extends Edition {
  /** The path without version and language, equal for all editions of a page. */
  readonly page: string;
}

// Folders in which site generators put versions and translations.
const roots = new Set("content docs doc documentation pages site src website".split(" "));
// Languages into which documentation is translated. Other short names are ordinary folders: `go`, `js`, `ui`.
const languages = new Set(
  "ar bg bn ca cs da de el en es et fa fi fr he hi hr hu id it ja ko lt lv ms nb nl no pl pt ro ru sk sl sr sv ta te th tr uk ur vi zh".split(
    " ",
  ),
);
const versionFolder = /^(?:v\d+(?:[._]\d+){0,3}(?:\.x)?|\d+(?:\.\d+){1,3}(?:\.x)?|\d+\.x)$/i;

/**
 * The version and language that a document's folders name: `versioned_docs/version-2.0/…` and
 * `i18n/fr/docusaurus-plugin-content-docs/current/…` (Docusaurus' layout), or a folder such as `v2`, `1.4` or
 * `pt-br` at the top or directly in `docs`, `content` and the like.
 */
export function readEdition(path: string): Edition {
  const { version, language } = locate(path);
  return { version, language };
}

/** A document's path without its version and language. */
export function pagePath(path: string): string {
  return locate(path).page;
}

/** The version and language that an address names anywhere in its path; nulls for an invalid address. */
export function editionOfAddress(address: string): Edition {
  const segments = (URL.parse(address, "http://page")?.pathname ?? "").split("/");
  const version = segments.find((each) => versionFolder.test(each));
  const language = segments.find(isLanguage);
  return {
    version: version === undefined ? null : bareVersion(version),
    language: language === undefined ? null : languageTag(language),
  };
}

/**
 * A document's published path, where Docusaurus changes it: `versioned_docs/version-2.0/a` becomes
 * `docs/2.0/a`.
 */
export function publishedPath(path: string): string {
  const docusaurus = readDocusaurus(path.split("/"));
  if (docusaurus === undefined) return path;
  const { version, language, above, rest } = docusaurus;
  const folders = [
    ...above,
    ...(language ? [language] : []),
    "docs",
    ...(version ? [version] : []),
  ];
  return [...folders, ...rest].join("/");
}

function locate(path: string): Located {
  const segments = path.split("/");
  const docusaurus = readDocusaurus(segments);
  if (docusaurus !== undefined) {
    const { version, language, above, rest } = docusaurus;
    const tag = language === null ? null : languageTag(language);
    return { version, language: tag, page: [...above, "docs", ...rest].join("/") };
  }
  const folders = segments.slice(0, -1);
  const kept: string[] = [];
  let version: string | null = null;
  let language: string | null = null;
  let at = 0;
  for (; at < folders.length; at += 1) {
    const folder = folders[at] ?? "";
    if (language === null && isLanguage(folder)) language = languageTag(folder);
    else if (version === null && versionFolder.test(folder)) version = bareVersion(folder);
    else if (roots.has(folder.toLowerCase())) kept.push(folder);
    else break;
  }
  return { version, language, page: [...kept, ...segments.slice(at)].join("/") };
}

function readDocusaurus(segments: readonly string[]) {
  const root = segments.findIndex((each) => each === "i18n" || each.endsWith("versioned_docs"));
  if (root === -1) return undefined;
  const above = segments.slice(0, root);
  const [first = "", second = "", third = ""] = segments.slice(root + 1);
  if (segments[root] !== "i18n") {
    const version = /^version-(.+)$/.exec(first)?.[1];
    if (version === undefined) return undefined;
    return { version, language: null, above, rest: segments.slice(root + 2) };
  }
  if (!second.startsWith("docusaurus-plugin-content-docs")) return undefined;
  const version = /^version-(.+)$/.exec(third)?.[1] ?? null;
  return { version, language: first, above, rest: segments.slice(root + 4) };
}

/** `v2` → `2` */
export function bareVersion(folder: string): string {
  return folder.replace(/^v(?=\d)/i, "");
}

/** `pt_BR` → `pt-br` */
export function languageTag(folder: string): string {
  return folder.toLowerCase().replaceAll("_", "-");
}

function isLanguage(folder: string): boolean {
  const [, language = ""] = /^([a-z]{2})(?:[-_][a-z]{2,4})?$/i.exec(folder) ?? [];
  return languages.has(language.toLowerCase());
}
