/**
 * The account that probes and tests of channels are billed to, so that the books balance. It has no keys, never holds,
 * and its balance says what the watch over the channels has cost.
 */
export const HOUSE_ACCOUNT_ID = "00000000-0000-7000-8000-000000000002";
