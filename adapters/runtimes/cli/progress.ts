import { printable, type Terminal } from "./terminal.ts";

/** Shows the progress of a long piece of work on standard error. */
export interface Progress {
  /** Counts one more item as done. */
  advance(label?: string): void;
  /** Removes the bar, so that further output begins on an empty line. */
  end(): void;
}

const barWidth = 24;
const redrawAfter = 80;

/** A bar that is redrawn on a terminal; elsewhere a line for every tenth of the work. */
export function createProgress(terminal: Terminal, total: number | undefined): Progress {
  return terminal.isWatched ? createBar(terminal, total) : createLines(terminal, total);
}

function createBar(terminal: Terminal, total: number | undefined): Progress {
  let done = 0;
  let drawnAt = -Infinity;
  return {
    advance(label = "") {
      done += 1;
      const now = performance.now();
      if (now - drawnAt < redrawAfter && done !== total) return;
      drawnAt = now;
      const line = `${bar(done, total)} ${count(done, total)}  ${printable(label)}`;
      terminal.note(`\r\u001B[2K${line.slice(0, terminal.columns - 1)}`);
    },
    end: () => terminal.note("\r\u001B[2K"),
  };
}

function createLines(terminal: Terminal, total: number | undefined): Progress {
  const step = Math.max(1, Math.ceil((total ?? 1000) / 10));
  let done = 0;
  return {
    advance() {
      done += 1;
      if (done % step === 0 || done === total) terminal.note(`${count(done, total)} documents\n`);
    },
    end: () => undefined,
  };
}

function bar(done: number, total: number | undefined): string {
  if (total === undefined) return "…";
  const filled = Math.round((barWidth * Math.min(done, total)) / total);
  return "█".repeat(filled) + "░".repeat(barWidth - filled);
}

function count(done: number, total: number | undefined): string {
  return total === undefined ? String(done) : `${done}/${total}`;
}

/** Shows how much of a file has come, on standard error. */
export interface ByteProgress {
  show(name: string, bytes: number, total: number | undefined): void;
  end(): void;
}

/** A bar where somebody is watching, a line for every tenth of a large file where nobody is. */
export function createByteProgress(terminal: Terminal): ByteProgress {
  let drawnAt = -Infinity;
  let told = "";
  return {
    show(name, bytes, total = bytes) {
      const megabytes = `${(bytes / 1e6).toFixed(1)} of ${(total / 1e6).toFixed(1)} MB`;
      const now = performance.now();
      if (terminal.isWatched && (now - drawnAt >= redrawAfter || bytes === total)) {
        drawnAt = now;
        const line = `${bar(bytes, total)} ${megabytes}  ${name}`;
        terminal.note(`\r\u001B[2K${line.slice(0, terminal.columns - 1)}`);
      }
      const tenth = `${name} ${Math.floor((10 * bytes) / total)}`;
      if (terminal.isWatched || total < 1e6 || tenth === told) return;
      told = tenth;
      terminal.note(`${name}: ${megabytes}\n`);
    },
    end() {
      if (terminal.isWatched) terminal.note("\r\u001B[2K");
    },
  };
}
