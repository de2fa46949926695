"use client";

import { Drawer } from "@mantine/core";
import { useTranslations } from "next-intl";
import { Sidebar } from "./sidebar.tsx";

/** The sidebar of a phone. */
export function MenuDrawer({ onClose }: { onClose: () => void }) {
  const t = useTranslations("nav");
  return (
    <Drawer
      opened
      onClose={onClose}
      position="left"
      size={268}
      title={t("main")}
      withCloseButton={false}
      styles={{ header: { display: "none" }, body: { padding: 0, height: "100%" } }}
    >
      <Sidebar onNavigate={onClose} />
    </Drawer>
  );
}
