import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium, type Browser } from "playwright-core";

/** A Chromium on this machine; undefined: none, and the browser tests are skipped, which a warning says. */
export function findChromium(): string | undefined {
  const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const candidates = folders.flatMap((folder) => names.map((name) => join(folder, name)));
  const found = [process.env["CHROMIUM_PATH"] ?? "", ...candidates].find(isExecutable);
  if (found === undefined)
    console.warn("Browser tests skipped: no Chromium in PATH and no CHROMIUM_PATH.");
  return found;
}

function isExecutable(path: string): boolean {
  try {
    if (path) accessSync(path, constants.X_OK);
    return path !== "";
  } catch {
    return false;
  }
}

let browser: Promise<Browser> | undefined;

/**
 * The Chromium of this process, which ends with it: starting one takes a second of a core. Tests open contexts of
 * their own in it, and close those. Names that end in `.example` are this machine's.
 */
export function openBrowser(executablePath: string): Promise<Browser> {
  return (browser ??= launch(executablePath));
}

const disabledFeatures = [
  // A page of a name that is not this machine's may frame a server of this machine.
  "LocalNetworkAccessChecks",
  // Pages of the browser's own, of which every new context would load two, for half a second of a core.
  "WebUIOmniboxPopup",
  "WebUIOmniboxFullPopup",
  "WebUIOmniboxAimPopup",
  "PreloadTopChromeWebUI",
];

function launch(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
    headless: true,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      `--disable-features=${disabledFeatures.join(",")}`,
      // Of the browser's own window, not of the page: each frame of its bar takes milliseconds of a core.
      "--animation-duration-scale=0",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--host-resolver-rules=MAP *.example 127.0.0.1",
    ],
  });
}
