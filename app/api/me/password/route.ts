import { changePasswordOperation } from "#lib/api/operations/profile";
import { routes } from "#lib/api/routes";

export const { GET, POST, PUT, PATCH, DELETE } = routes(changePasswordOperation);
