/** How a provider's name was found in the catalogue; the fewer steps, the surer. */
export type ModelMatch = "exact" | "alias" | "prefix" | "date" | "prefix_and_date";
export type MatchConfidence = "certain" | "likely" | "guess";

/** A model that a provider lists, and the one of the catalogue that it probably is. */
export type MatchedModel = {
  upstreamModel: string;
  /** The catalogue's id; null: nothing fits, or another name of the list fits it better. */
  model: string | null;
  match: ModelMatch | null;
  confidence: MatchConfidence | null;
};

/**
 * Finds a provider's names in the catalogue: as they stand; else by spelling (`claude-3.5` is `claude-3-5`), without the
 * vendor in front (`openai/gpt-4o`, `anthropic.claude-…`), without a date or version behind (`-2024-08-06`, `@20250514`,
 * `-latest`). A model of the catalogue is given to one name only: the surest, of equals the first.
 */
export function matchModels(names: readonly string[], catalogue: readonly string[]): MatchedModel[] {
  const index = indexOf(catalogue);
  const found = names.map((upstreamModel) => ({ upstreamModel, ...matchOne(upstreamModel, index) }));
  const takenBy = new Map<string, MatchedModel>();
  for (const matched of found) {
    if (matched.model === null) continue;
    const holder = takenBy.get(matched.model);
    if (holder === undefined || rankOf(matched) < rankOf(holder)) takenBy.set(matched.model, matched);
  }
  return found.map((matched) =>
    matched.model === null || takenBy.get(matched.model) === matched ? matched : { ...matched, ...nothing },
  );
}

type Found = Omit<MatchedModel, "upstreamModel">;
type Index = {
  ids: ReadonlySet<string>;
  bySpelling: Map<string, string[]>;
  byBareName: Map<string, string[]>;
};

const nothing: Found = { model: null, match: null, confidence: null };
const order: readonly ModelMatch[] = ["exact", "alias", "prefix", "date", "prefix_and_date"];

function indexOf(catalogue: readonly string[]): Index {
  const bySpelling = new Map<string, string[]>();
  const byBareName = new Map<string, string[]>();
  for (const id of catalogue) {
    add(bySpelling, spelling(id), id);
    add(byBareName, spelling(withoutVendor(id)), id);
  }
  return { ids: new Set(catalogue), bySpelling, byBareName };
}

function matchOne(name: string, { ids, bySpelling, byBareName }: Index): Found {
  if (ids.has(name)) return { model: name, match: "exact", confidence: "certain" };
  const bare = withoutVendor(name);
  if (ids.has(bare)) return { model: bare, match: "prefix", confidence: "likely" };
  const undated = withoutDate(name);
  const bareUndated = withoutDate(bare);
  return (
    pick(bySpelling.get(spelling(name)), "alias") ??
    pick(byBareName.get(spelling(bare)), "prefix") ??
    (undated === name ? undefined : pick(bySpelling.get(spelling(undated)), "date")) ??
    (bareUndated === bare ? undefined : pick(byBareName.get(spelling(bareUndated)), "prefix_and_date")) ??
    nothing
  );
}

/** Of several, the id without a vendor in front, then the shortest: but that is a guess. */
function pick(ids: readonly string[] | undefined, match: ModelMatch): Found | undefined {
  const [best] = [...(ids ?? [])].sort(
    (one, other) =>
      Number(one.includes("/")) - Number(other.includes("/")) ||
      one.length - other.length ||
      (one < other ? -1 : 1),
  );
  if (best === undefined) return undefined;
  const isSure = ids?.length === 1 && match !== "prefix_and_date";
  return { model: best, match, confidence: isSure ? "likely" : "guess" };
}

/** One spelling for all: lower case, every separator a hyphen, "3p5" as 3.5. */
function spelling(name: string): string {
  return name
    .toLowerCase()
    .replace(/(?<=\d)p(?=\d)/g, "-")
    .replace(/[\s._:@/]+/g, "-");
}

/** What stands behind the last slash; of Bedrock's names what follows region and vendor. */
function withoutVendor(name: string): string {
  const last = name.slice(name.lastIndexOf("/") + 1);
  return last.replace(/^(?:(?:global|regional|us|eu|apac|jp|au|ca)\.)?(?:[a-z][a-z0-9]*\.)(?=[a-z])/, "");
}

/** 2024-08-06, 20240806, 0806 (month and day) or 2407 (year and month), and words that mean "the newest". */
const DATE =
  /[-@:](?:20\d\d-?(?:0[1-9]|1[0-2])-?(?:0[1-9]|[12]\d|3[01])|(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])|2[3-9](?:0[1-9]|1[0-2])|latest)$/;
const VERSION = /-v\d+(?::\d+)?$/;

function withoutDate(name: string): string {
  return name.replace(VERSION, "").replace(DATE, "");
}

function rankOf({ match, confidence }: Found): number {
  return order.indexOf(match ?? "prefix_and_date") + (confidence === "guess" ? order.length : 0);
}

function add(map: Map<string, string[]>, key: string, id: string): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [id]);
  else known.push(id);
}
