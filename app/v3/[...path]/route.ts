import { gateway } from "#lib/gateway/live";

export const dynamic = "force-dynamic";

export {
  gateway as DELETE,
  gateway as GET,
  gateway as HEAD,
  gateway as OPTIONS,
  gateway as PATCH,
  gateway as POST,
  gateway as PUT,
};
