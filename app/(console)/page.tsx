import { CustomerHome, OperatorHome } from "../home.tsx";
import { readMe } from "../me.ts";

export default async function HomePage() {
  const me = await readMe();
  return me?.role === "customer" ? <CustomerHome accountId={me.accountId} /> : <OperatorHome />;
}
