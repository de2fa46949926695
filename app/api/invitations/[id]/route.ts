import { deleteInvitationOperation } from "#lib/api/operations/invitations";
import { routes } from "#lib/api/routes";

export const { GET, POST, PUT, PATCH, DELETE } = routes(deleteInvitationOperation);
