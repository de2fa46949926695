import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { ApiProblem } from "./client.ts";

/** The console's cache. `onSignedOut` is called when the server no longer knows the session. */
export function makeQueryClient(onSignedOut: () => void): QueryClient {
  const watch = (error: unknown) => {
    if (error instanceof ApiProblem && error.status === 401) onSignedOut();
  };
  return new QueryClient({
    queryCache: new QueryCache({ onError: watch }),
    mutationCache: new MutationCache({ onError: watch }),
    defaultOptions: {
      queries: { staleTime: 10_000, retry: retryOnce, refetchOnWindowFocus: true },
      mutations: { retry: false },
    },
  });
}

/** A refusal stays a refusal; only what may have been an accident is asked again. */
function retryOnce(failures: number, error: unknown): boolean {
  const refused = error instanceof ApiProblem && error.status >= 400 && error.status < 500;
  return !refused && failures < 1;
}
