const reasons: Readonly<Record<string, string>> = {
  EACCES: "no permission to read it",
  EPERM: "no permission to read it",
  ENOENT: "it does not exist",
  ELOOP: "a link that leads back to itself",
  EIO: "the disk could not read it",
  EMFILE: "too many files are open",
};

/** Why a file or folder could not be read, in words for the operator. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return reasons[code] ?? `it could not be read (${code || "unknown reason"})`;
}
