/** Which task the user means. */
export type Reference =
  | { readonly kind: "numbers"; readonly numbers: readonly number[] }
  /** `last`: the one at the end of the list. */
  | { readonly kind: "last" }
  /** What may be meant besides a task's title: see `Certainty`. */
  | { readonly kind: "title"; readonly title: string; readonly certain: Certainty }
  | { readonly kind: "all"; readonly status: StatusFilter }
  /** A task, without saying which. */
  | { readonly kind: "some" }
  /** The one that was shown with this number and this title. */
  | { readonly kind: "shown"; readonly number: number; readonly title: string };

/**
 * Whether a task is meant: true where the user said “task”; `likely` where a task with such a title is meant if there
 * is one, as in “mark milk as done”, which the documents may also be asked; false where only a whole title tells.
 */
export type Certainty = boolean | "likely";

export type StatusFilter = "all" | "pending" | "completed";

/** What the user plainly asks for. */
export type TaskCommand =
  /** Without titles, the user did not say which. Not `certain`: perhaps not a task is to be added. */
  | { readonly kind: "add"; readonly titles: readonly string[]; readonly certain: boolean }
  /** Not `certain`: perhaps a question about the documents. */
  | { readonly kind: "list"; readonly status: StatusFilter; readonly certain: boolean }
  | { readonly kind: "complete" | "reopen" | "delete"; readonly task: Reference }
  /** Several readings where “to” occurs several times. */
  | {
      readonly kind: "rename";
      readonly readings: readonly { readonly task: Reference; readonly title: string }[];
    }
  | { readonly kind: "rename-to-what"; readonly task: Reference };
