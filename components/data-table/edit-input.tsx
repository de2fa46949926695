"use client";

import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import classes from "./edit-grid.module.css";

/** Where the cell goes next once what was typed is kept. */
export type Step = "down" | "up" | "right" | "left" | "stay";

type Props = {
  label: string;
  initial: { text: string; isTyped: boolean };
  problem: string | null;
  onKeep: (text: string, next: Step) => void;
  onCancel: () => void;
};

/** The input of the cell that is edited. What is wrong with it stands below and keeps it open. */
export function EditInput({ label, initial, problem, onKeep, onCancel }: Props) {
  const [text, setText] = useState(initial.text);
  const input = useRef<HTMLInputElement>(null);
  const isDone = useRef(false);
  useEffect(() => {
    input.current?.focus();
    if (!initial.isTyped) input.current?.select();
  }, [initial.isTyped]);
  const keep = (next: Step) => onKeep(text, next);
  const onKeyDown = (event: KeyboardEvent) => {
    event.stopPropagation();
    if (event.key === "Escape") {
      isDone.current = true;
      onCancel();
    } else if (event.key === "Enter") keep(event.shiftKey ? "up" : "down");
    else if (event.key === "Tab") {
      event.preventDefault();
      keep(event.shiftKey ? "left" : "right");
    }
  };
  return (
    <>
      <input
        ref={input}
        className={classes.input}
        aria-label={label}
        aria-invalid={problem !== null}
        value={text}
        spellCheck={false}
        autoComplete="off"
        onChange={({ currentTarget }) => setText(currentTarget.value)}
        onKeyDown={onKeyDown}
        onPaste={(event) => event.stopPropagation()}
        onBlur={() => !isDone.current && onKeep(text, "stay")}
      />
      {problem !== null && (
        <span className={classes.problem} role="alert">
          {problem}
        </span>
      )}
    </>
  );
}
