import { singleton } from "./singletons.ts";

type Applier = (revision: bigint) => Promise<void>;

const slot = () => singleton("applier", () => ({ applier: undefined as Applier | undefined }));

/** The gateway registers how a config revision is brought into this node's snapshot. */
export function registerApplier(applier: Applier): void {
  slot().applier = applier;
}

/**
 * Resolves when this node's gateway works with `revision` or a later one. Called after a config write has
 * committed and before it is answered: the answering node has applied what it says it has done.
 * Without a running gateway (tests, scripts) there is nothing to wait for.
 */
export async function applied(revision: bigint): Promise<void> {
  await slot().applier?.(revision);
}
