import { isScoped, type Identity } from "../../http/access/identity.ts";
import type { Tool } from "../../lib/tool.ts";

export interface ToolSets {
  /** For every caller. */
  readonly documents: readonly Tool[];
  /** For users, and for API keys with the scope `tasks`. */
  readonly tasks: readonly Tool[];
}

/** Chooses what the assistant may do for a caller. */
export function createToolsOf({ documents, tasks }: ToolSets) {
  const all = [...tasks, ...documents];
  return (caller: Identity): readonly Tool[] =>
    caller.kind === "user" && isScoped(caller.credential, "tasks") ? all : documents;
}
