import type { Template } from "../template.ts";

/**
 * What became of a payment that is not (or no longer) credited. `amount` in `currency`, `taken` in USD; `reason` in the
 * operator's words, may be empty.
 */
export type RechargeDecision = {
  outcome: "rejected" | "refunded" | "chargeback" | "reinstated" | "claim-rejected";
  accountName: string;
  amount: string;
  currency: string;
  orderNo: string;
  taken: string | null;
  reason: string;
  link: string;
};

/** The amount is left out of a claim that named none. */
export const rechargeDecision: Template<RechargeDecision> = (data, locale, brand) => {
  const isChinese = locale === "zh";
  const paid = `${data.amount} ${data.currency}`.trim();
  const { subject, text } = (isChinese ? zh : en)[data.outcome](paid, `${data.taken ?? "0"} USD`);
  const facts: [string, string][] = [
    [isChinese ? "账户" : "Account", data.accountName],
    [isChinese ? "订单号" : "Order number", data.orderNo],
  ];
  if (paid !== "") facts.push([isChinese ? "金额" : "Amount", paid]);
  return {
    subject: `${brand.name}${isChinese ? "：" : ": "}${subject}`,
    heading: subject,
    paragraphs: [text, ...(data.reason === "" ? [] : [data.reason])],
    facts,
    button: { label: isChinese ? "查看我的充值" : "See your recharges", href: data.link },
  };
};

type Words = Record<
  RechargeDecision["outcome"],
  (paid: string, taken: string) => { subject: string; text: string }
>;

const en: Words = {
  rejected: (paid) => ({
    subject: `Your payment of ${paid} was not credited`,
    text: "We looked at this payment and could not credit it. If you have paid, answer with what proves it.",
  }),
  "claim-rejected": () => ({
    subject: "We could not credit your payment",
    text: "We looked at what you sent us and could not find this payment.",
  }),
  refunded: (paid, taken) => ({
    subject: `${paid} refunded`,
    text: `We refund ${paid}. ${taken} were taken out of the account.`,
  }),
  chargeback: (paid, taken) => ({
    subject: `A payment of ${paid} was charged back`,
    text: `Your bank has taken back ${paid}, so ${taken} were taken out of the account and the account is suspended. Write to us if this is a mistake.`,
  }),
  reinstated: (paid, taken) => ({
    subject: `Your payment of ${paid} stands again`,
    text: `The dispute is over. ${taken} are back in the account.`,
  }),
};

const zh: Words = {
  rejected: (paid) => ({
    subject: `您的付款 ${paid} 未能入账`,
    text: "我们核对了这笔付款，未能入账。如您已付款，请回复并附上凭证。",
  }),
  "claim-rejected": () => ({
    subject: "您的付款未能入账",
    text: "我们核对了您提交的凭证，未找到这笔付款。",
  }),
  refunded: (paid, taken) => ({
    subject: `已退款 ${paid}`,
    text: `我们已退还 ${paid}，账户扣除 ${taken}。`,
  }),
  chargeback: (paid, taken) => ({
    subject: `付款 ${paid} 已被银行撤回`,
    text: `您的银行撤回了 ${paid}，账户扣除 ${taken}，账户已停用。如有误，请与我们联系。`,
  }),
  reinstated: (paid, taken) => ({
    subject: `您的付款 ${paid} 已恢复`,
    text: `争议已结束，账户已恢复 ${taken}。`,
  }),
};
