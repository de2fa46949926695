import {
  deleteChannelOperation,
  getChannelOperation,
  updateChannelOperation,
} from "#lib/api/operations/channels";
import { routes } from "#lib/api/routes";

export const { GET, POST, PUT, PATCH, DELETE } = routes(
  getChannelOperation,
  updateChannelOperation,
  deleteChannelOperation,
);
