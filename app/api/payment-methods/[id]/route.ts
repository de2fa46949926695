import {
  deletePaymentMethodOperation,
  getPaymentMethodOperation,
  putPaymentMethodOperation,
} from "#lib/api/operations/payments";
import { routes } from "#lib/api/routes";

export const { GET, POST, PUT, PATCH, DELETE } = routes(
  getPaymentMethodOperation,
  putPaymentMethodOperation,
  deletePaymentMethodOperation,
);
