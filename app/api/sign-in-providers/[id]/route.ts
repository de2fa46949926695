import {
  deleteSignInProvider,
  getSignInProvider,
  putSignInProvider,
} from "#lib/api/operations/sign-in-providers";
import { routes } from "#lib/api/routes";

export const { GET, POST, PUT, PATCH, DELETE } = routes(
  getSignInProvider,
  putSignInProvider,
  deleteSignInProvider,
);
