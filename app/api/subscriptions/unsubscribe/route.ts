import { readUnsubscribe, unsubscribeOperation } from "#lib/api/operations/subscriptions";
import { routes } from "#lib/api/routes";
import { toPage } from "#lib/api/unsubscribe-route";

const own = routes(readUnsubscribe, unsubscribeOperation);

export const GET = toPage(own.GET);
export const { POST, PUT, PATCH, DELETE } = own;
