import { notFoundHandler } from "#lib/api/routes";

export {
  notFoundHandler as DELETE,
  notFoundHandler as GET,
  notFoundHandler as PATCH,
  notFoundHandler as POST,
  notFoundHandler as PUT,
};
