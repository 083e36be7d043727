/** Requests that came before the same moment. */
interface Generation {
  open: number;
  /** Called when all of them have their replies. */
  ended?: () => void;
}

/**
 * Counts the requests whose replies are being made, so that an app that stops can let them end. It keeps none of them:
 * on some platforms a request whose client leaves never ends.
 */
export function createOpenRequests() {
  let current: Generation = { open: 0 };
  return {
    /** Counts a request until its reply is made; the reply's stream may go on. */
    track<Reply>(replying: Promise<Reply>): Promise<Reply> {
      const generation = current;
      const end = () => {
        generation.open -= 1;
        if (generation.open === 0) generation.ended?.();
      };
      generation.open += 1;
      replying.then(end, end);
      return replying;
    },
    /** Settles when the requests that are open now have their replies; those that come later do not count. */
    settled(): Promise<void> {
      const last = current;
      current = { open: 0 };
      if (last.open === 0) return Promise.resolve();
      return new Promise((resolve) => (last.ended = resolve));
    },
  };
}

export type OpenRequests = ReturnType<typeof createOpenRequests>;
