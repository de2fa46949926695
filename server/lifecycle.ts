import { log } from "#lib/runtime/log";
import { shutdown } from "#lib/runtime/shutdown";

/** What has been started, to be stopped in reverse order. */
export type Lifecycle = {
  /**
   * Remembers how to stop what was just started. Throws StoppedWhileStarting if we were asked to stop
   * meanwhile: the start ends here, and what it has done so far is undone.
   */
  onStop(name: string, stop: Stop): void;
  /** Stops everything, last started first; a step that fails or hangs does not keep the others from theirs. */
  stopAll(): Promise<void>;
};

type Stop = () => Promise<void> | void;

/** A start that was overtaken by a signal. */
export class StoppedWhileStarting extends Error {
  override name = "StoppedWhileStarting";
}

/** An empty lifecycle. `stopAll` may be called several times: everything is stopped once. */
export function createLifecycle(): Lifecycle {
  const steps: { name: string; stop: Stop }[] = [];
  let stopping: Promise<void> | undefined;
  return {
    onStop(name, stop) {
      steps.push({ name, stop });
      if (shutdown().stopping.aborted) throw new StoppedWhileStarting();
    },
    stopAll() {
      stopping ??= stopInReverse(steps);
      return stopping;
    },
  };
}

async function stopInReverse(steps: { name: string; stop: Stop }[]): Promise<void> {
  for (let step = steps.pop(); step; step = steps.pop()) {
    const { name, stop } = step;
    try {
      await withPatience(name, async () => stop());
    } catch (err) {
      log().error({ err, step: name }, "a step of the shutdown failed");
    }
  }
}

/** Longer than a drain's grace period. */
const STEP_PATIENCE_MS = 45_000;

async function withPatience(name: string, work: () => Promise<void>): Promise<void> {
  const impatience = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => impatience.reject(new Error(`${name} took too long to stop`)),
    STEP_PATIENCE_MS,
  );
  try {
    await Promise.race([work(), impatience.promise]);
  } finally {
    clearTimeout(timer);
  }
}
