import { expect, test } from "vitest";
import { Connection, type WireSocket } from "./connection.ts";
import { asking, Ear } from "./testing.ts";

/** A connection that stands, over a socket of this test. */
function connected() {
  const written: string[] = [];
  const socket = { write: (text: string) => void written.push(text), writableLength: 0, destroy() {} };
  let said: Parameters<ConstructorParameters<typeof Connection>[0]>[0] | undefined;
  const dial = (on: NonNullable<typeof said>) => {
    said = on;
    return socket as unknown as WireSocket;
  };
  const connection = new Connection(dial, { free() {}, gone() {} });
  said?.ready();
  return { connection, written, hear: (text: string) => said?.bytes(Buffer.from(text)) };
}
const endOfTurn = () => new Promise(setImmediate);

test("requests of one turn leave together when all of it has been read, each on its connection", async () => {
  const ends = [connected(), connected(), connected()];
  for (const [index, { connection }] of ends.entries()) connection.ask(asking(`body ${index}`), new Ear());
  expect(ends.flatMap(({ written }) => written)).toEqual([]);
  await endOfTurn();
  expect(ends.map(({ written }) => written.map((text) => text.slice(-6)))).toEqual([
    ["body 0"],
    ["body 1"],
    ["body 2"],
  ]);
});

test("a request that is called off before it has left never leaves", async () => {
  const [off, on] = [connected(), connected()];
  const ear = new Ear();
  off.connection.ask(asking(), ear);
  on.connection.ask(asking(), new Ear());
  off.connection.abort(ear);
  await endOfTurn();
  expect([off.written.length, on.written.length]).toEqual([0, 1]);
});

test("what upstream says before it was asked is no answer", async () => {
  const { connection, written, hear } = connected();
  const ear = new Ear();
  connection.ask(asking(), ear);
  hear("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
  await endOfTurn();
  expect(written).toEqual([]);
  expect(await ear.outcome).toEqual({ error: "connection_lost" });
});
