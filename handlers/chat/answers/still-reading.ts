/** Numbers of documents. */
interface ReadingProgress {
  readonly done: number;
  readonly total: number;
}

/** Undefined while no documents are being read. */
export type ReadingNow = () => ReadingProgress | undefined;

// An answer waits up to 2 s for reading to end when 90 % are done or at most 10 are left.
const nearlyDone = 0.9;
const fewLeft = 10;
const longestWait = 2000;
const lookEvery = 50;

/**
 * If reading is nearly done, waits up to 2 s for its end. Returns the progress, or undefined when it has ended.
 */
export async function awaitReading(reading: ReadingNow): Promise<ReadingProgress | undefined> {
  let now = reading();
  for (let waited = 0; isNear(now) && waited < longestWait; waited += lookEvery) {
    await new Promise((resolve) => setTimeout(resolve, lookEvery));
    now = reading();
  }
  return now;
}

/** The reply when the documents read so far do not answer the question. */
export function stillReading({ done, total }: ReadingProgress): string {
  return `Still reading the documents (${done} of ${total}). Ask again in a moment.`;
}

function isNear(now: ReadingProgress | undefined): boolean {
  if (now === undefined || now.total === 0) return false;
  return now.done >= now.total * nearlyDone || now.total - now.done <= fewLeft;
}
