import { part } from "../lib/elements.ts";

/** A piece of code and its kind, by which it is coloured. */
export type Token = readonly [text: string, kind: TokenKind];

export type TokenKind =
  | "added"
  | "comment"
  | "keyword"
  | "name"
  | "number"
  | "removed"
  | "string"
  | "title"
  | "plain";

export interface HighlightRequest {
  readonly text: string;
  readonly language: string;
}

declare global {
  /** Trusted Types (W3C); undefined in browsers without them. A trusted address is given as the string it stands for. */
  var trustedTypes:
    | {
        createPolicy(
          name: string,
          rules: { createScriptURL: (url: string) => string },
        ): { createScriptURL: (url: string) => string };
      }
    | undefined;
}

/** Milliseconds; the library's patterns can take quadratic time on code made to be slow. */
const limit = 2000;

export interface Highlighter {
  /**
   * Splits code into tokens, one code after another.
   *
   * @throws Error when the library cannot be loaded, or needs too long for this code
   */
  read(text: string, language: string): Promise<readonly Token[]>;
}

/** Creates a highlighter in a thread of its own, which it starts at the first code. */
export function createHighlighter(): Highlighter {
  let started: Promise<Worker> | undefined;
  let previous: Promise<unknown> = Promise.resolve();

  async function ask(request: HighlightRequest): Promise<readonly Token[]> {
    started ??= start();
    const worker = await started;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        worker.terminate();
        started = undefined;
        reject(new Error("Highlighting took too long"));
      }, limit);
      const take = ({ data }: MessageEvent<readonly Token[]>): void => {
        clearTimeout(timer);
        resolve(data);
      };
      worker.addEventListener("message", take, { once: true });
      worker.postMessage(request, []);
    });
  }

  return {
    read(text, language) {
      const asked = previous.then(() => ask({ text, language }));
      previous = asked.catch(() => undefined);
      return asked;
    },
  };
}

/** Starts the thread and waits for its first message, which says that it has loaded. */
function start(): Promise<Worker> {
  return new Promise((resolve, reject) => {
    const worker = new Worker((threadAddress ??= trustAddress()));
    worker.addEventListener("message", () => resolve(worker), { once: true });
    worker.addEventListener("error", () => reject(new Error("The highlighter did not start")));
  });
}

let threadAddress: string | undefined;

/** Makes the thread's address a trusted type: the only one that the page ever makes. */
function trustAddress(): string {
  const address = part("parts", HTMLTemplateElement).dataset["highlighter"] ?? "";
  const policy = globalThis.trustedTypes?.createPolicy("docent", {
    createScriptURL: () => address,
  });
  return policy?.createScriptURL("") ?? address;
}
