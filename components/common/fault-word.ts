import { useTranslations } from "next-intl";

/** Says a fault class in words; one that this version does not know stands as it is. */
export function useFaultWord(): (errorClass: string) => string {
  const t = useTranslations("faults");
  return (errorClass) => (t.has(errorClass as "empty") ? t(errorClass as "empty") : errorClass);
}
