/** How many documents have been read, of how many. */
interface ReadingProgress {
  readonly done: number;
  readonly total: number;
}

/** Undefined while no documents are being read. */
export type ReadingNow = () => ReadingProgress | undefined;

// From this share on, or with this few documents left, reading is worth a short wait.
const nearlyDone = 0.9;
const fewLeft = 10;
const longestWait = 2000;
const lookEvery = 50;

/** Waits for the end of reading where it is near, for at most 2 s; then says whether it still goes on. */
export async function awaitReading(reading: ReadingNow): Promise<ReadingProgress | undefined> {
  let now = reading();
  for (let waited = 0; isNear(now) && waited < longestWait; waited += lookEvery) {
    await new Promise((resolve) => setTimeout(resolve, lookEvery));
    now = reading();
  }
  return now;
}

/** The reply to a question that what was read so far does not answer. */
export function stillReading({ done, total }: ReadingProgress): string {
  return `Still reading the documents (${done} of ${total}). Ask again in a moment.`;
}

function isNear(now: ReadingProgress | undefined): boolean {
  if (now === undefined || now.total === 0) return false;
  return now.done >= now.total * nearlyDone || now.total - now.done <= fewLeft;
}
