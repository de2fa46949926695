/** What came back instead of a list: upstream's status, or the class of what went wrong before there was one. */
export type ListAnswer = { status: number | null; errorClass: string | null; text: string };

const sentences: Readonly<Record<string, string>> = {
  connect_refused: "nobody listens there",
  dns_failed: "this host name is not known",
  connect_timeout: "nobody answers there",
  timeout: "the provider did not answer in time",
  tls_failed: "its certificate cannot be trusted",
  address_denied: "this address is not allowed",
  own_listener: "this is Tollgate itself",
  too_large: "what is served there is too large for a list of models",
};

/** Says by field why there is no list; never with the provider's words, which may echo the credential. */
export function listProblem({ status, errorClass }: ListAnswer): Record<string, string> {
  if (status === null) return { baseUrl: sentences[errorClass ?? ""] ?? "the connection was lost" };
  if (status === 401 || status === 403) return { credential: `the provider refused it (${status})` };
  if (status === 404 || status === 405) {
    return { baseUrl: `no list of models is served there (${status}): enter the models by hand` };
  }
  if (status === 200) return { baseUrl: "what is served there is no list of models" };
  return { baseUrl: `the provider answered ${status}` };
}
