import { register } from "#lib/api/operations/sign-in";
import { routes } from "#lib/api/routes";

export const { GET, POST, PUT, PATCH, DELETE } = routes(register);
