import { momentText, type Template } from "../template.ts";

/** Money has come in. Amounts are decimal strings; `credit`, `bonus` and `balance` in USD. The receipt is attached. */
export type RechargeReceipt = {
  accountName: string;
  amount: string;
  currency: string;
  credit: string;
  bonus: string;
  balance: string;
  orderNo: string;
  at: string;
  link: string;
};

/** Once the order is credited, in the same transaction; a bonus of "0" is left out. */
export const rechargeReceipt: Template<RechargeReceipt> = (data, locale, brand) => {
  const paid = `${data.amount} ${data.currency}`;
  const at = momentText(data.at, locale);
  if (locale === "zh") {
    return {
      subject: `${brand.name}：已收到充值 ${paid}`,
      heading: `已收到 ${paid}`,
      paragraphs: [`感谢您的付款。账户“${data.accountName}”已入账 ${data.credit} USD。收据见附件。`],
      facts: [
        ["账户", data.accountName],
        ["付款金额", paid],
        ["入账", `${data.credit} USD`],
        ...(data.bonus === "0" ? [] : [["赠送", `${data.bonus} USD`] as const]),
        ["当前余额", `${data.balance} USD`],
        ["订单号", data.orderNo],
        ["时间", at],
      ],
      button: { label: "打开账户", href: data.link },
    };
  }
  return {
    subject: `${brand.name}: ${paid} received`,
    heading: `${paid} received`,
    paragraphs: [
      `Thank you. ${data.credit} USD were credited to the account “${data.accountName}”. The receipt is attached.`,
    ],
    facts: [
      ["Account", data.accountName],
      ["Paid", paid],
      ["Credited", `${data.credit} USD`],
      ...(data.bonus === "0" ? [] : [["Bonus", `${data.bonus} USD`] as const]),
      ["Balance now", `${data.balance} USD`],
      ["Order number", data.orderNo],
      ["Time", at],
    ],
    button: { label: "Open the account", href: data.link },
  };
};
