/** Every mail that Tollgate writes; lib/mail/templates holds one file for each. */
export const templateNames = [
  "invitation",
  "password-reset",
  "email-verification",
  "security-notice",
  "recharge-receipt",
  "recharge-decision",
  "limit-decision",
  "line-decision",
  "line-grant-ending",
  "limit-grant-ending",
  "limit-near",
  "announcement",
  "announcement-digest",
  "subscription-confirmation",
  "tier-change",
  "own-prices",
  "incident",
  "balance-low",
  "statement",
  "test-mail",
] as const;
export type TemplateName = (typeof templateNames)[number];
