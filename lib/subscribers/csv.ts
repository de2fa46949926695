import { csvLine, fromSafeCell, readCsv } from "#lib/core/csv";
import { isPlainText } from "#lib/core/shapes";
import { emailInput } from "#lib/users/schema";
import type { FollowOptions, Subscriber, Wishes } from "./schema.ts";
import { wishesOf } from "./wishes.ts";

const columns = [
  "email",
  "name",
  "state",
  "vendors",
  "models",
  "digest",
  "language",
  "consent",
  "confirmed_at",
  "ended_at",
  "reason",
] as const;

/** The head line of an export, which an import reads too. */
export const csvHead: string = csvLine(columns);

/** A subscriber as a line of CSV; names of a list are separated by spaces. */
export function csvRow(subscriber: Subscriber): string {
  const { email, name, state, vendors, models, digest, locale, consent, confirmedAt, endedAt, reason } =
    subscriber;
  return csvLine([
    email,
    name,
    state,
    vendors.join(" "),
    models.join(" "),
    digest ? "yes" : "no",
    locale,
    consent,
    confirmedAt,
    endedAt,
    reason,
  ]);
}

export type Person = { email: string; name: string; wishes: Wishes };
type Read = { people: Person[]; wrong: { line: number; problem: string }[] };

/** Reads people from CSV with a head line; what a line lacks is the default, a line that is wrong is told and left out. */
export function readSubscriberCsv(text: string, options: FollowOptions): Read | { problem: string } {
  let records: ReturnType<typeof readCsv>;
  try {
    records = readCsv(text);
  } catch (error) {
    return { problem: error instanceof Error ? error.message : "this is no CSV" };
  }
  const [head, ...lines] = records;
  const names = head?.cells.map((cell) => cell.trim().toLowerCase()) ?? [];
  if (!names.includes("email"))
    return { problem: "the first line has to name the columns, email among them" };
  const found: Read = { people: [], wrong: [] };
  const seen = new Set<string>();
  for (const { line, cells } of lines) {
    const cell = (name: string) => fromSafeCell(cells[names.indexOf(name)]?.trim() ?? "");
    const person = readPerson(cell, options);
    if ("problem" in person) found.wrong.push({ line, problem: person.problem });
    else if (seen.has(person.email)) found.wrong.push({ line, problem: "the address stands above already" });
    else {
      seen.add(person.email);
      found.people.push(person);
    }
  }
  return found;
}

function readPerson(cell: (name: string) => string, options: FollowOptions): Person | { problem: string } {
  const email = emailInput.safeParse(cell("email"));
  if (!email.success) return { problem: `${cell("email")}: an e-mail address is expected` };
  const name = cell("name").slice(0, 128);
  if (!isPlainText(name)) return { problem: "name: control characters are not allowed" };
  const state = cell("state");
  if (state !== "" && state !== "confirmed")
    return { problem: `${state}: only who is subscribed can be taken over` };
  const list = (text: string) => text.split(/[\s;,]+/).filter((part) => part !== "");
  const language = (cell("language") || cell("locale")).toLowerCase();
  const read = wishesOf(
    {
      vendors: list(cell("vendors")),
      models: list(cell("models")),
      digest: /^(yes|true|1|daily)$/i.test(cell("digest")),
      locale: language.startsWith("zh") ? "zh" : "en",
    },
    options,
  );
  if ("problems" in read) return { problem: Object.values(read.problems).join("; ") };
  return { email: email.data, name, wishes: read.wishes };
}
