import { publishAnnouncementOperation } from "#lib/api/operations/announcements";
import { routes } from "#lib/api/routes";

export const { GET, POST, PUT, PATCH, DELETE } = routes(publishAnnouncementOperation);
