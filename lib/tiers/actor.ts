import type { Actor } from "#lib/api/operation";

/** Who grants and ends tiers where nobody does. */
export const tierActor: Actor = {
  type: "system",
  id: "discount-tiers",
  name: "Tollgate",
  role: "operator",
  ip: null,
};
