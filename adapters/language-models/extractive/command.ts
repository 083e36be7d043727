/** Which task somebody means. */
export type Reference =
  | { readonly kind: "numbers"; readonly numbers: readonly number[] }
  /** `last`: the one at the end of the list. */
  | { readonly kind: "last" }
  /** `certain`: it was called a task; otherwise it may be something else altogether. */
  | { readonly kind: "title"; readonly title: string; readonly certain: boolean }
  | { readonly kind: "all"; readonly status: Status };

export type Status = "all" | "pending" | "completed";

/** What somebody plainly asks to be done. */
export type Command =
  | { readonly kind: "add"; readonly title: string }
  | { readonly kind: "list"; readonly status: Status }
  | { readonly kind: "complete" | "reopen" | "delete"; readonly task: Reference }
  /** Where “to” occurs several times, each way to read it. */
  | {
      readonly kind: "rename";
      readonly readings: readonly { readonly task: Reference; readonly title: string }[];
    };
