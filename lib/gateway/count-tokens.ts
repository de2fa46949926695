const MAX_PIECE = 4_096;
/** Longer runs without a space, or of nothing but space, make byte-pair merging quadratic; cut there, they count slightly high. */
const MAX_RUN = 256;
/** About ten milliseconds of the dearest text: then everyone else has a turn. */
const MOST_IN_A_TURN = 2 * MAX_PIECE;

type CountText = (text: string) => number;

/**
 * Tokens of some texts by a byte-pair tokenizer (o200k). Long texts are cut into pieces with a turn of the event loop
 * between them, so that counting one large prompt does not hold up everyone else's streams.
 */
export async function countTokens(texts: readonly string[], countText?: CountText): Promise<number> {
  const count = countText ?? (await loadTokenizer());
  let tokens = 0;
  let sinceBreath = 0;
  for (const text of texts) {
    for (const piece of pieces(text)) {
      tokens += count(piece);
      sinceBreath += piece.length;
      if (sinceBreath < MOST_IN_A_TURN) continue;
      sinceBreath = 0;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  return tokens;
}

/** Cuts at a space where there is one near, and inside over-long runs. */
function* pieces(text: string): Generator<string> {
  if (text.length <= MAX_RUN) {
    if (text !== "") yield text;
    return;
  }
  const runs = new RegExp(`\\s{0,${MAX_RUN}}\\S{1,${MAX_RUN}}|\\s{1,${MAX_RUN}}`, "gu");
  let piece = "";
  for (const [run] of text.matchAll(runs)) {
    if (piece.length + run.length > MAX_PIECE) {
      yield piece;
      piece = "";
    }
    piece += run;
    if (run.length >= MAX_RUN) {
      yield piece;
      piece = "";
    }
  }
  if (piece !== "") yield piece;
}

let tokenizer: Promise<CountText> | undefined;

/** Loaded when first needed: most providers count for themselves, and the tables are large. */
function loadTokenizer(): Promise<CountText> {
  tokenizer ??= import("gpt-tokenizer/encoding/o200k_base").then(
    ({ countTokens: count }) =>
      (text) =>
        // Text that looks like a control token is text.
        count(text, { allowedSpecial: new Set(), disallowedSpecial: new Set() }),
  );
  return tokenizer;
}
