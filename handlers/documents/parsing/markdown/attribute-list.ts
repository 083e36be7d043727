const attribute = String.raw`(?:#[^\s{}"'=]+|\.[^\s\d{}"'=][^\s{}"'=]*|[\w:-]+=(?:"[^"{}\n]*"|'[^'{}\n]*'|[^\s{}"'=]+)|-)`;
const attributes = new RegExp(
  String.raw`^\{(?::?[ \t]*${attribute}(?:[ \t]+${attribute})*[ \t]*|:toc)\}`,
);
/** UTF-16 units, more than any real list has; bounds the look ahead. */
const longest = 300;

/** What an author adds for the site: `{#id .class key="value"}`, or kramdown's `{: .class }`. */
export interface AttributeList {
  readonly length: number;
  readonly id: string | undefined;
}

/** The attribute list that stands at an offset of a text; undefined where none does. */
export function attributeListAt(text: string, at: number): AttributeList | undefined {
  const whole = attributes.exec(text.slice(at, at + longest))?.[0];
  if (whole === undefined) return undefined;
  return { length: whole.length, id: /[\s{:]#([^\s{}"'=]+)/.exec(whole)?.[1] };
}

/** The attribute list that is a whole line, as below a heading or a paragraph. */
export function attributeLine(line: string): AttributeList | undefined {
  const bare = line.trim();
  const list = attributeListAt(bare, 0);
  return list?.length === bare.length ? list : undefined;
}
