import {
  discardAnnouncementOperation,
  getAnnouncementOperation,
  updateAnnouncementOperation,
} from "#lib/api/operations/announcements";
import { routes } from "#lib/api/routes";

export const { GET, POST, PUT, PATCH, DELETE } = routes(
  getAnnouncementOperation,
  updateAnnouncementOperation,
  discardAnnouncementOperation,
);
