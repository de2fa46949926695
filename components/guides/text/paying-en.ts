import { type Guide, list, text } from "../guide.ts";

/** Money from the customer's side: how it comes in, what each state means, what it earns, what is written down of it. */
export const paying: Guide = {
  slug: "paying",
  title: "Paying, bonus and statements",
  summary: "How money comes in, what to do when it is not there, and what it earns.",
  sections: [
    {
      heading: "Paying in",
      parts: [
        text(
          "On the page [Recharge](/recharge) choose a way of paying, an amount and a currency. You are led to the payment, or told what to do; the order number shown there belongs into the payment. Credit usually appears within 1 to 3 minutes, and a receipt (PDF) comes by mail.",
        ),
        text(
          "Your balance is in USD. Another currency is credited at the newest rate dated the day of payment or before; the receipt names it. A redemption code is entered on the same page, and works once.",
        ),
      ],
    },
    {
      heading: "What the states mean",
      parts: [
        list(
          "**Pending**: we have not heard that it was paid, or there is no exchange rate of that day yet: then it is credited as soon as there is one.",
          "**Credited**: the money is in your balance. The receipt stands beside it.",
          "**In review**: the payment is here, but a person looks at it: its amount or currency is not the order's, or it came after a rejection.",
          "**Expired**: nobody paid in time. If you do pay later, it is credited all the same.",
          "**Rejected**: not credited; the reason came by mail.",
          "**Refunded**: all of it went back. A part that went back stands in the ledger.",
        ),
      ],
    },
    {
      heading: "If it is not credited",
      parts: [
        text(
          "After ten minutes **Not credited?** appears beside the order, and the payment is in our queue by itself. Say there what your payment says: its order number, and a screenshot or PDF of at most 5 MB. For a payment without an order press **A payment is missing**. We look at it by hand and answer by mail; it is credited once, also when the payment system reports it at that moment. Do not pay a second time.",
        ),
      ],
    },
    {
      heading: "Bonus and tiers",
      parts: [
        text(
          "Who recharges or uses more pays less: [prices](/pricing) list the tiers, and [Recharge](/recharge) shows how far you are. A threshold is reached from its amount on, by one recharge or by several, whatever the way of paying; the recharge that reaches it gets its bonus already.",
        ),
        list(
          "A **bonus** is credit on top. It is spent before what you paid, the part that expires first before the rest, and is not paid out.",
          "A **discount on calls** stands as a term in every bill, from the moment of which a mail tells you.",
          "Of several of a kind the best counts. Some tiers are approved by a person first. A refund takes its bonus back in proportion, and ends a tier that the rest does not reach.",
        ),
      ],
    },
    {
      heading: "Statements",
      parts: [
        text(
          "When a month of your account's time zone is over, its statement appears under [Recharge](/recharge), as PDF and CSV, and by mail if you want: what was there, what came in, what each model cost, what is left. It equals the ledger to the last digit and is never changed; a call that was booked late stands in the next one.",
        ),
        text(
          "A mail comes when your money runs low or lasts only for a few days more. From when on, and whether statements are mailed, is set under Notices on the same page by whoever manages your account's members. Without money calls are refused with `insufficient_balance`.",
        ),
      ],
    },
  ],
};
