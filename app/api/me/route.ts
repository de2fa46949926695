import { getMe } from "#lib/api/operations/me";
import { updateMe } from "#lib/api/operations/profile";
import { routes } from "#lib/api/routes";

export const { GET, POST, PUT, PATCH, DELETE } = routes(getMe, updateMe);
