const browsers: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/\bEdg(?:A|iOS)?\//, "Edge"],
  [/\bOPR\//, "Opera"],
  [/\bSamsungBrowser\//, "Samsung Internet"],
  [/\b(?:Firefox|FxiOS)\//, "Firefox"],
  [/\b(?:Chrome|CriOS)\//, "Chrome"],
  [/\bSafari\//, "Safari"],
];

const systems: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/\biPhone\b/, "iPhone"],
  [/\biPad\b/, "iPad"],
  [/\bAndroid\b/, "Android"],
  [/\bWindows\b/, "Windows"],
  [/\bCrOS\b/, "ChromeOS"],
  [/\bMacintosh\b/, "macOS"],
  [/\bLinux\b/, "Linux"],
];

/**
 * A label such as `Firefox on Windows`, from the User-Agent: enough for users to recognise their own device,
 * too little to identify them. For a client that is no browser: its first product's name, such as `curl`.
 */
export function deviceLabel(userAgent: string | null): string | null {
  if (userAgent === null) return null;
  const find = (known: typeof browsers) => known.find(([pattern]) => pattern.test(userAgent))?.[1];
  const browser = find(browsers);
  if (browser === undefined) return /^[\w.-]{1,40}(?=\/|\s|$)/.exec(userAgent)?.[0] ?? null;
  const system = find(systems);
  return system === undefined ? browser : `${browser} on ${system}`;
}
