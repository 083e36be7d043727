import type { CompilationHints } from "../adapters/databases/pglite/hints.ts";

/**
 * When V8 compiles a function: in the background and, where that is too late, when it is called, by the baseline
 * compiler; or at once, by the optimising one.
 */
export const strategies = {
  inBackground: 3 | (1 << 2) | (1 << 4),
  optimisedAtOnce: 2 | (2 << 2) | (2 << 4),
} as const;

/** Ids of sections (https://webassembly.github.io/spec/core/binary/modules.html#sections). */
const sections = { custom: 0, imports: 2, functions: 3, code: 10 } as const;

/**
 * Hints for a module's functions of these numbers. The custom section `compilationHints` has one byte for each function
 * of the module, and stands before their code.
 */
export function toHints(
  module: Buffer<ArrayBuffer>,
  called: readonly number[],
  strategy: keyof typeof strategies,
): CompilationHints {
  // Functions are numbered from the imported ones on, which have no hints.
  const imports = WebAssembly.Module.imports(new WebAssembly.Module(module));
  const imported = imports.filter(({ kind }) => kind === "function").length;
  let hints = Buffer.alloc(0);
  for (let at = 8; at < module.length;) {
    const [length, content] = readVarint(module, at + 1);
    if (module[at] === sections.functions) {
      const [count] = readVarint(module, content);
      hints = Buffer.alloc(count);
      for (const number of called) hints[number - imported] = strategies[strategy];
    } else if (module[at] === sections.code) {
      const section = toSection("compilationHints", hints);
      return { length: module.length, at, section: section.toString("base64") };
    }
    at = content + length;
  }
  throw new Error("PostgreSQL's module has no code");
}

function toSection(name: string, hints: Buffer): Buffer {
  const content = [toVarint(name.length), Buffer.from(name), toVarint(hints.length), hints];
  const bytes = Buffer.concat(content);
  return Buffer.concat([Buffer.from([sections.custom]), toVarint(bytes.length), bytes]);
}

/** The number at a place, seven bits a byte, the lowest first; and where it ends. */
function readVarint(bytes: Buffer, start: number): readonly [value: number, end: number] {
  let value = 0;
  let at = start;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at] ?? 0;
    at += 1;
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return [value, at];
  }
}

function toVarint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 0x80) return Buffer.from([...bytes, rest]);
    bytes.push((rest & 0x7f) | 0x80);
  }
}
