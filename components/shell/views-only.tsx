"use client";

import dynamic from "next/dynamic";
import { useState } from "react";
import { ViewsButton } from "./list-tool-buttons.tsx";

const SavedViews = dynamic(() => import("./saved-views.tsx").then((module) => module.SavedViews), {
  ssr: false,
  loading: () => <ViewsButton />,
});

/** Saved views of a page that is no list. The menu loads when opened. */
export function ViewsOnly({ name }: { name: string }) {
  const [opened, setOpened] = useState(false);
  const [wasOpen, setWasOpen] = useState(false);
  const open = () => {
    setWasOpen(true);
    setOpened(true);
  };
  if (!wasOpen) return <ViewsButton onClick={open} />;
  return <SavedViews name={name} opened={opened} onOpen={open} onClose={() => setOpened(false)} />;
}
