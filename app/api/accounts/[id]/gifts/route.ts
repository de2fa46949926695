import { giveGiftOperation } from "#lib/api/operations/bonus";
import { routes } from "#lib/api/routes";

export const { GET, POST, PUT, PATCH, DELETE } = routes(giveGiftOperation);
