import { getSettings, patchSettings } from "#lib/api/operations/settings";
import { routes } from "#lib/api/routes";

export const { GET, POST, PUT, PATCH, DELETE } = routes(getSettings, patchSettings);
