import { serveLogo } from "#lib/api/logo-route";
import { putSiteLogo } from "#lib/api/operations/site";
import { routes } from "#lib/api/routes";

export { serveLogo as GET };

export const { POST, PUT, PATCH, DELETE } = routes(putSiteLogo);
