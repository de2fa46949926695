import type { Template } from "../template.ts";
import type { TemplateName } from "../template-names.ts";
import { type Announced, announcement, announcementDigest } from "./announcement.ts";
import { type BalanceLow, balanceLow } from "./balance-low.ts";
import { type EmailVerification, emailVerification } from "./email-verification.ts";
import { type IncidentNotice, incident } from "./incident.ts";
import { type Invitation, invitation } from "./invitation.ts";
import { type LimitDecision, limitDecision } from "./limit-decision.ts";
import { type LimitGrantEnding, limitGrantEnding } from "./limit-grant-ending.ts";
import { type LimitNear, limitNear } from "./limit-near.ts";
import { type LineDecision, lineDecision } from "./line-decision.ts";
import { type LineGrantEnding, lineGrantEnding } from "./line-grant-ending.ts";
import { type OwnPrices, ownPrices } from "./own-prices.ts";
import { type PasswordReset, passwordReset } from "./password-reset.ts";
import { type RechargeDecision, rechargeDecision } from "./recharge-decision.ts";
import { type RechargeReceipt, rechargeReceipt } from "./recharge-receipt.ts";
import { type SecurityNotice, securityNotice } from "./security-notice.ts";
import { type StatementMade, statement } from "./statement.ts";
import { type SubscriptionConfirmation, subscriptionConfirmation } from "./subscription-confirmation.ts";
import { type TestMail, testMail } from "./test-mail.ts";
import { type TierChange, tierChange } from "./tier-change.ts";

/** What each template is told. */
type Data = {
  invitation: Invitation;
  "password-reset": PasswordReset;
  "email-verification": EmailVerification;
  "security-notice": SecurityNotice;
  "recharge-receipt": RechargeReceipt;
  "recharge-decision": RechargeDecision;
  "limit-decision": LimitDecision;
  "line-decision": LineDecision;
  "line-grant-ending": LineGrantEnding;
  "limit-grant-ending": LimitGrantEnding;
  "limit-near": LimitNear;
  announcement: Announced;
  "announcement-digest": Announced;
  "subscription-confirmation": SubscriptionConfirmation;
  "tier-change": TierChange;
  "own-prices": OwnPrices;
  incident: IncidentNotice;
  "balance-low": BalanceLow;
  statement: StatementMade;
  "test-mail": TestMail;
};
export type TemplateData = { [Name in TemplateName]: Data[Name] };

/** Every mail that Tollgate writes. */
export const templates: { readonly [Name in TemplateName]: Template<TemplateData[Name]> } = {
  invitation,
  "password-reset": passwordReset,
  "email-verification": emailVerification,
  "security-notice": securityNotice,
  "recharge-receipt": rechargeReceipt,
  "recharge-decision": rechargeDecision,
  "limit-decision": limitDecision,
  "line-decision": lineDecision,
  "line-grant-ending": lineGrantEnding,
  "limit-grant-ending": limitGrantEnding,
  "limit-near": limitNear,
  announcement,
  "announcement-digest": announcementDigest,
  "subscription-confirmation": subscriptionConfirmation,
  "tier-change": tierChange,
  "own-prices": ownPrices,
  incident,
  "balance-low": balanceLow,
  statement,
  "test-mail": testMail,
};
