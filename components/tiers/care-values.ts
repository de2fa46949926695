import type { BalanceCare, UpdateBalanceCare } from "#lib/balance/schema";

/** What the form holds; an empty text, and "inherit": as for all accounts. */
export type CareInputs = {
  lowBalance: string;
  lowBalanceDays: string;
  mailsStatements: "inherit" | "yes" | "no";
};

/** Inputs of what an account has of its own. */
export function careInputs(
  care: Pick<BalanceCare, "lowBalance" | "lowBalanceDays" | "mailsStatements">,
): CareInputs {
  const { lowBalance, lowBalanceDays, mailsStatements } = care;
  return {
    lowBalance: lowBalance ?? "",
    lowBalanceDays: lowBalanceDays === null ? "" : String(lowBalanceDays),
    mailsStatements: mailsStatements === null ? "inherit" : mailsStatements ? "yes" : "no",
  };
}

/** What a PATCH says, `null` where all accounts' settings are to count. undefined: the days are no whole number. */
export function careBody({
  lowBalance,
  lowBalanceDays,
  mailsStatements,
}: CareInputs): UpdateBalanceCare | undefined {
  const [amount, days] = [lowBalance.trim(), lowBalanceDays.trim()];
  if (!/^\d*$/.test(days)) return undefined;
  return {
    lowBalance: amount === "" ? null : amount,
    lowBalanceDays: days === "" ? null : Number(days),
    mailsStatements: mailsStatements === "inherit" ? null : mailsStatements === "yes",
  };
}
