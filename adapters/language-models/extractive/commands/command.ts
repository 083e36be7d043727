/** Which task somebody means. */
export type Reference =
  | { readonly kind: "numbers"; readonly numbers: readonly number[] }
  /** `last`: the one at the end of the list. */
  | { readonly kind: "last" }
  /** `certain`: it was called a task; otherwise it may be something else altogether. */
  | { readonly kind: "title"; readonly title: string; readonly certain: boolean }
  | { readonly kind: "all"; readonly status: StatusFilter }
  /** Some task, whichever. */
  | { readonly kind: "some" }
  /** The one that was shown with this number and this title. */
  | { readonly kind: "shown"; readonly number: number; readonly title: string };

export type StatusFilter = "all" | "pending" | "completed";

/** What somebody plainly asks to be done. */
export type TaskCommand =
  /** Without titles it does not say which. `certain`: otherwise it may be something else to be added. */
  | { readonly kind: "add"; readonly titles: readonly string[]; readonly certain: boolean }
  /** `certain`: otherwise it may be looking something up. */
  | { readonly kind: "list"; readonly status: StatusFilter; readonly certain: boolean }
  | { readonly kind: "complete" | "reopen" | "delete"; readonly task: Reference }
  /** Where “to” occurs several times, each way to read it. */
  | {
      readonly kind: "rename";
      readonly readings: readonly { readonly task: Reference; readonly title: string }[];
    }
  | { readonly kind: "rename-to-what"; readonly task: Reference };
