import { styleText } from "node:util";

export type Style = "bold" | "dim" | "red" | "yellow" | "green";

/** Where a command reads and writes. */
export interface Terminal {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Aborts on Ctrl-C. */
  readonly signal: AbortSignal;
  /** Whether standard error is a terminal, on which a line can be redrawn. */
  readonly isWatched: boolean;
  /** Whether standard output is a terminal with colours and NO_COLOR is not set. */
  readonly isStyled: boolean;
  /** Width in characters. */
  readonly columns: number;
  /** Writes to standard output. */
  print(text: string): void;
  /** Writes to standard error. */
  note(text: string): void;
  /** Colours text for standard output if `isStyled`. */
  style(style: Style, text: string): string;
  /** Standard input. */
  readonly input: AsyncIterable<Uint8Array>;
}

/** The process's own terminal. `signal` is what Ctrl-C aborts. */
export function createTerminal(
  environment: Terminal["environment"],
  signal: AbortSignal,
): Terminal {
  const { stdin, stdout, stderr } = process;
  const isStyled = hasColours(environment);
  return {
    environment,
    signal,
    isWatched: stderr.isTTY,
    isStyled,
    columns: stdout.columns || stderr.columns || 100,
    print: (words) => void stdout.write(words),
    note: (words) => void stderr.write(words),
    style: (style, words) => (isStyled ? styleText(style, words, always) : words),
    input: stdin,
  };
}

const always = { validateStream: false };

function hasColours(environment: Terminal["environment"]): boolean {
  return process.stdout.isTTY && !environment["NO_COLOR"] && environment["TERM"] !== "dumb";
}

/** Text without control characters: documents and servers must not move the cursor or recolour the terminal. */
export function printable(words: string): string {
  return words.replaceAll(/[^\P{Cc}\n\t]/gu, "");
}
