/** Why something is recorded. */
export type Purpose = "identify" | "bill" | "protect" | "operate" | "prove";
/** How long it is kept. */
export type Retention =
  | "until-deleted"
  | "for-ever"
  | "half-year"
  | "month"
  | "short"
  | "logs"
  | "rollups"
  | "addresses"
  | "day";

/** A table, whose records are about whom, and the purpose of each column. */
export type RecordedTable = {
  table: string;
  /** Whether its rows tell something of a caller or a person, and so stand on the public page. */
  isPersonal: boolean;
  retention: Retention;
  purposes: Readonly<Partial<Record<Purpose, string>>>;
};

/** A table's columns with their purposes, one by one. */
export function columnsOf({ purposes }: RecordedTable): { column: string; purpose: Purpose }[] {
  return Object.entries(purposes).flatMap(([purpose, columns]) =>
    columns
      .trim()
      .split(/\s+/)
      .map((column) => ({ column, purpose: purpose as Purpose })),
  );
}
