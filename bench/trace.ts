/** One call of a trace: when it arrived, and how many tokens went in and came out. */
export type TraceCall = { atMs: number; promptTokens: number; completionTokens: number };

const HEADER = "TIMESTAMP,ContextTokens,GeneratedTokens";
const LINE = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?,(\d+),(\d+)$/;

/**
 * Reads a trace in the format of the Azure LLM inference traces (UTC times to 100 ns). Times are returned in
 * milliseconds since the first call, in order of arrival. Throws with the line's number if one is malformed.
 */
export function parseTrace(csv: string): TraceCall[] {
  const [header, ...lines] = csv.split(/\r?\n/);
  if (header?.trim() !== HEADER) throw new Error(`line 1: the header ${HEADER} is expected`);
  const calls = lines.flatMap((line, index) => (line === "" ? [] : [parseLine(line, index + 2)]));
  calls.sort((a, b) => a.atMs - b.atMs);
  const startMs = calls[0]?.atMs ?? 0;
  return calls.map((call) => ({ ...call, atMs: call.atMs - startMs }));
}

/** The inverse: what parseTrace reads back. `startMs` is the epoch time of the first call. */
export function formatTrace(calls: readonly TraceCall[], startMs: number): string {
  const lines = calls.map(({ atMs, promptTokens, completionTokens }) => {
    const whole = Math.floor(atMs);
    const time = new Date(startMs + whole).toISOString().replace("T", " ").slice(0, -1);
    const rest = String(Math.round((atMs - whole) * 1e4))
      .padStart(4, "0")
      .slice(0, 4);
    return `${time}${rest},${promptTokens},${completionTokens}`;
  });
  return `${[HEADER, ...lines].join("\n")}\n`;
}

function parseLine(line: string, number: number): TraceCall {
  const [, day, time, fraction = "", prompt, completion] = LINE.exec(line) ?? [];
  if (day === undefined) throw new Error(`line ${number}: a time and two counts are expected, not ${line}`);
  return {
    atMs: Date.parse(`${day}T${time}Z`) + Number(fraction.padEnd(9, "0")) / 1e6,
    promptTokens: Number(prompt),
    completionTokens: Number(completion),
  };
}
