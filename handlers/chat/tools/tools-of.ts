import { isScoped, type Identity } from "../../http/access/identity.ts";
import type { Tool } from "../../lib/tool.ts";

export interface ToolSets {
  /** Tools for every caller. */
  readonly documents: readonly Tool[];
  /** Tools for users, and for API keys with the scope `tasks`. */
  readonly tasks: readonly Tool[];
}

/** Creates the function that chooses a caller's tools. */
export function createToolsOf({ documents, tasks }: ToolSets) {
  const all = [...tasks, ...documents];
  return (caller: Identity): readonly Tool[] =>
    caller.kind === "user" && isScoped(caller.credential, "tasks") ? all : documents;
}
