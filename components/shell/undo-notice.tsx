"use client";

import { Button, Group } from "@mantine/core";
import { notifications } from "@mantine/notifications";

type Undo = { id: string; message: string; action: string; onUndo: () => void };

/** Says what was done, and takes it back within 8 s if asked to. */
export function undoNotice({ id, message, action, onUndo }: Undo): void {
  const undo = () => {
    notifications.hide(id);
    onUndo();
  };
  notifications.show({
    id,
    autoClose: 8000,
    message: (
      <Group justify="space-between" wrap="nowrap">
        <span>{message}</span>
        <Button size="compact-sm" variant="light" onClick={undo}>
          {action}
        </Button>
      </Group>
    ),
  });
}
