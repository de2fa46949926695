import { declineOfferOperation } from "#lib/api/operations/tiers";
import { routes } from "#lib/api/routes";

export const { GET, POST, PUT, PATCH, DELETE } = routes(declineOfferOperation);
