/** A moment as the browser's own input wants it: local time, to the minute. */
export function localInput(at: string): string {
  const date = new Date(at);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** What such an input holds as a moment; null: nothing. */
export function momentOf(text: string): string | null {
  return text === "" ? null : new Date(text).toISOString();
}
