export interface WatchdogOptions {
  /** Whether the thread owes an answer. */
  readonly isBusy: () => boolean;
  readonly hasRoom: () => Promise<boolean>;
  readonly onSilence: (reason: string) => void;
}

const tickMilliseconds = 1000;
/** Silence that is too long; PostgreSQL cannot answer during a statement. */
const limitMilliseconds = 120_000;
/** On a full disk: an engine that cannot write its log has been seen to spin for ever. */
const fullLimitMilliseconds = 5000;

/**
 * Watches a thread that can send nothing while it works. Silence is counted in ticks instead of by a clock, so
 * that a suspended process, which ticks as little as its thread works, blames no thread.
 */
export function createWatchdog({ isBusy, hasRoom, onSilence }: WatchdogOptions) {
  let silence = 0;
  const timer = setInterval(() => {
    silence = isBusy() ? silence + tickMilliseconds : 0;
    const said = `no answer for ${silence / 1000} seconds`;
    if (silence >= limitMilliseconds) onSilence(said);
    else if (silence >= fullLimitMilliseconds) void askRoom(said, silence);
  }, tickMilliseconds);
  timer.unref();

  async function askRoom(said: string, before: number): Promise<void> {
    const room = await hasRoom();
    if (!room && silence >= before) onSilence(`${said}, and the disk is full`);
  }

  return {
    /** The thread has sent something. */
    noteLife: () => void (silence = 0),
    stop: () => clearInterval(timer),
  };
}
