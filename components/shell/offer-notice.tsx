"use client";

import { Button, Group } from "@mantine/core";
import { notifications } from "@mantine/notifications";

type Offer = { id: string; message: string; action: string; onAct: () => void };

/** Says what was done, and takes it back within 8 s if asked to. */
export function undoNotice({ onUndo, ...undo }: Omit<Offer, "onAct"> & { onUndo: () => void }): void {
  notifications.show({ id: undo.id, autoClose: 8000, message: <OfferText {...undo} onAct={onUndo} /> });
}

/** Says what failed, and stays until it is tried again or closed. */
export function failureNotice(failure: Offer): void {
  notifications.show({
    ...{ id: failure.id, color: "red", autoClose: false },
    message: <OfferText {...failure} />,
  });
}

function OfferText({ id, message, action, onAct }: Offer) {
  const act = () => {
    notifications.hide(id);
    onAct();
  };
  return (
    <Group justify="space-between" wrap="nowrap">
      <span>{message}</span>
      <Button size="compact-sm" variant="light" onClick={act}>
        {action}
      </Button>
    </Group>
  );
}
