import { deleteUserOperation, getUserOperation, updateUserOperation } from "#lib/api/operations/users";
import { routes } from "#lib/api/routes";

export const { GET, POST, PUT, PATCH, DELETE } = routes(
  getUserOperation,
  updateUserOperation,
  deleteUserOperation,
);
