import { PortFailure } from "../../handlers/ports/failure.ts";

/** Waits for a database that is still opening. @throws PortFailure `unavailable` when it takes longer */
export async function within<Value>(promise: Promise<Value>, milliseconds: number): Promise<Value> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const message = "The database is not available yet.";
      reject(new PortFailure("unavailable", message, { retryable: true, retryAfter: 2000 }));
    }, milliseconds);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
