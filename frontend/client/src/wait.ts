// Waiting that can be aborted, and time limits.

/** The result of `promise`, unless the signal comes first. The work behind the promise continues. */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const giveUp = (): void => reject(signal.reason);
    if (signal.aborted) giveUp();
    else signal.addEventListener("abort", giveUp, { once: true });
    // Always handled: a failure that is no longer awaited is not an error of the page.
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", giveUp));
  });
}

export async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const passed = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await unlessAborted(passed, signal).finally(() => clearTimeout(timer));
}

/** A signal that fires with the caller's signal, or when the time is up. */
export interface Limit {
  signal: AbortSignal;
  timedOut(): boolean;
  /** Must be called when the work is done; otherwise the timer keeps the process alive. */
  end(): void;
}

export function limit(timeoutMs: number, signal: AbortSignal | undefined): Limit {
  const controller = new AbortController();
  const giveUp = (): void => controller.abort(signal?.reason);
  if (signal?.aborted) giveUp();
  signal?.addEventListener("abort", giveUp, { once: true });
  let late = false;
  const tooLate = (): void => {
    late = true;
    controller.abort(new DOMException("The time is up.", "TimeoutError"));
  };
  // A timer takes at most 31 bits; without a limit no timer is set.
  const timer = timeoutMs < 2 ** 31 ? setTimeout(tooLate, timeoutMs) : undefined;
  return {
    signal: controller.signal,
    timedOut: () => late && signal?.aborted !== true,
    end: () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", giveUp);
    },
  };
}
