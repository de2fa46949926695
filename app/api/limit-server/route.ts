import {
  deleteLimitServerOperation,
  getLimitServer,
  putLimitServerOperation,
} from "#lib/api/operations/limit-server";
import { routes } from "#lib/api/routes";

export const { GET, POST, PUT, PATCH, DELETE } = routes(
  getLimitServer,
  putLimitServerOperation,
  deleteLimitServerOperation,
);
