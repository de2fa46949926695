import { refuseMethod } from "#lib/api/routes";
import { paymentWebhook } from "#lib/api/webhook-route";

const refuse = refuseMethod(["POST"]);

export { paymentWebhook as POST, refuse as DELETE, refuse as GET, refuse as PATCH, refuse as PUT };
