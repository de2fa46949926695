import { describe, expect, it } from "vitest";
import { silentWav } from "#lib/providers/simulated-audio";
import { soundLength } from "./sound-length.ts";

const changed = (wav: Buffer, change: (bytes: Buffer) => unknown) => {
  change(wav);
  return wav;
};

describe("how long sound is", () => {
  it("is exact of plain WAV, begun seconds counted", () => {
    expect(soundLength(silentWav(61))).toEqual({ mostSeconds: 61, seconds: 61 });
    expect(soundLength(silentWav(2.1))).toEqual({ mostSeconds: 3, seconds: 3 });
  });

  it("is what stands behind the head where WAV states no size, as streams do, or too much", () => {
    for (const size of [0, 0xffffffff])
      expect(soundLength(changed(silentWav(9), (wav) => wav.writeUInt32LE(size, 40)))).toEqual({
        mostSeconds: 9,
        seconds: 9,
      });
  });

  it("is held at what is there where WAV states less", () => {
    const wav = changed(silentWav(9), (bytes) => bytes.writeUInt32LE(8_000, 40));
    expect(soundLength(wav)).toEqual({ mostSeconds: 9, seconds: 1 });
  });

  it("goes by the size where a head says nonsense, or other than what can be counted", () => {
    const bySize = { mostSeconds: Math.ceil(16_044 / 750), seconds: 3 };
    const of = (change: (wav: Buffer) => unknown) => soundLength(changed(silentWav(2), change));
    expect(of((wav) => wav.writeUInt16LE(0x55, 20))).toEqual(bySize);
    expect(of((wav) => wav.writeUInt32LE(0xffffffff, 24))).toEqual(bySize);
    expect(of((wav) => wav.writeUInt32LE(0, 24))).toEqual(bySize);
    expect(of((wav) => wav.writeUInt16LE(0, 22))).toEqual(bySize);
    expect(of((wav) => wav.writeUInt32LE(0xfffffff0, 16))).toEqual(bySize);
    expect(of((wav) => wav.write("fake", 36))).toEqual(bySize);
  });

  it("is never nothing, and throws for no bytes", () => {
    for (let length = 0; length < 60; length += 1)
      expect(soundLength(silentWav(1).subarray(0, length)).seconds).toBe(1);
    for (const head of ["ID3", "OggS", "fLaC", "\x1a\x45\xdf\xa3", "0000ftypM4A", "\xff\xfb"])
      expect(
        soundLength(Buffer.concat([Buffer.from(head, "latin1"), Buffer.alloc(100_000)])).seconds,
      ).toBeGreaterThan(1);
  });
});
