/** A line that grows in place on a terminal, and a new line every five seconds elsewhere (CI logs). */
export function progress(total: number): () => void {
  const startedAt = performance.now();
  const isTerminal = process.stderr.isTTY === true;
  let done = 0;
  let shownAt = 0;
  return () => {
    done += 1;
    const now = performance.now();
    if (done < total && now - shownAt < (isTerminal ? 100 : 5_000)) return;
    shownAt = now;
    const seconds = (now - startedAt) / 1000;
    const filled = Math.round((30 * done) / total);
    const bar = `${"█".repeat(filled)}${"░".repeat(30 - filled)}`;
    const text = `${bar} ${done}/${total}  ${(done / seconds).toFixed(0)}/s  ${seconds.toFixed(0)} s`;
    process.stderr.write(isTerminal ? `\r${text}${done === total ? "\n" : ""}` : `${text}\n`);
  };
}
