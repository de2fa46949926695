import type { Actor } from "#lib/api/operation";
import { invalidFields, isAppError } from "#lib/core/errors";
import type { SortedPosition } from "#lib/core/sort";
import { sorts } from "#lib/core/sorts";
import { type CreateChannel, createChannelBody, type ListChannels } from "../schema.ts";
import { checkNewChannel, insertChannels, listChannels } from "../service.ts";
import { findTakenNames } from "../store.ts";
import { type CsvChannel, channelsFromCsv, channelsToCsv } from "./csv.ts";
import type { ChannelImport, ImportChannels } from "./schema.ts";

const MOST_LINES = 500;
const PAGE = 500;

type Line = ChannelImport["lines"][number];
type Checked = { line: Line; body: CreateChannel | undefined };

/**
 * Channels from a CSV file: each line checked by the rules of a new channel, then all made in one transaction, or none.
 * With `check` nothing is made. Throws 422: `csv` for a table that cannot be read, "line 3 baseUrl" for a line's problem.
 */
export async function importChannels(
  actor: Actor,
  { csv, check = false }: ImportChannels,
): Promise<ChannelImport> {
  const checked = await checkAll(readTable(csv));
  const lines = checked.map(({ line }) => line);
  if (check) return { lines, created: 0 };
  const problems = lines.flatMap(({ line, problems }) =>
    Object.entries(problems).map(([field, problem]) => [`line ${line} ${field}`, problem]),
  );
  if (problems.length > 0) throw invalidFields(Object.fromEntries(problems));
  const ids = await insertChannels(
    actor,
    checked.flatMap(({ body }) => (body === undefined ? [] : [body])),
  );
  return { lines, created: ids.length };
}

/** All channels of a filter as CSV, without their credentials. */
export async function exportChannels(filter: Pick<ListChannels, "q" | "model" | "status">): Promise<string> {
  const channels = [];
  for (let after: SortedPosition | undefined; ; ) {
    const found = await listChannels({ ...filter, limit: PAGE, sort: sorts[0] }, after);
    channels.push(...found.slice(0, PAGE));
    if (found.length <= PAGE) return channelsToCsv(channels);
    after = found[PAGE - 1];
  }
}

function readTable(csv: string): CsvChannel[] {
  const lines = tableOf(csv);
  if (lines.length === 0) throw invalidFields({ csv: "there is no channel in it" });
  if (lines.length > MOST_LINES) throw invalidFields({ csv: `at most ${MOST_LINES} channels at once` });
  return lines;
}

function tableOf(csv: string): CsvChannel[] {
  try {
    return channelsFromCsv(csv);
  } catch (error) {
    throw invalidFields({ csv: error instanceof Error ? error.message : "it cannot be read" });
  }
}

async function checkAll(table: readonly CsvChannel[]): Promise<Checked[]> {
  const names = table.map(({ body }) => String(body.name ?? ""));
  const taken = await findTakenNames(names);
  const checked: Checked[] = [];
  for (const [at, entry] of table.entries()) {
    const name = names[at] ?? "";
    const isRepeated = names.indexOf(name) !== at;
    const one = await checkOne(entry);
    if (taken.has(name)) one.line.problems.name ??= "there is a channel of this name already";
    if (isRepeated) one.line.problems.name ??= "an earlier line has this name";
    checked.push(one);
  }
  return checked;
}

async function checkOne({ line, body }: CsvChannel): Promise<Checked> {
  const parsed = createChannelBody.safeParse(body);
  const problems: Record<string, string> = {};
  if (!parsed.success) {
    for (const { path, message } of parsed.error.issues) problems[path.join(".")] ??= message;
  } else {
    await checkNewChannel(parsed.data).catch((error: unknown) => {
      if (!isAppError(error) || error.fields === undefined) throw error;
      Object.assign(problems, error.fields);
    });
  }
  const shown: Line = {
    line,
    name: String(body.name ?? ""),
    provider: String(body.provider ?? ""),
    baseUrl: String(body.baseUrl ?? ""),
    models: Array.isArray(body.models) ? body.models.length : 0,
    hasCredential: body.credential !== undefined,
    problems,
  };
  return { line: shown, body: parsed.success ? parsed.data : undefined };
}
