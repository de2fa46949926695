import { refuseMethod } from "#lib/api/routes";
import { stripeWebhook } from "#lib/api/webhook-route";

const refuse = refuseMethod(["POST"]);

export { refuse as DELETE, refuse as GET, refuse as PATCH, refuse as PUT, stripeWebhook as POST };
