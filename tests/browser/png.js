// Makes a screenshot small enough for a repository: at most 256 colours, best compression.

import { crc32, deflateSync, inflateSync } from "node:zlib";

const SIGNATURE = Buffer.from("89504e470d0a1a0a", "hex");

/** The same picture with a palette. Takes what Chromium writes: 8 bits, RGB or RGBA, opaque. */
export function shrink(png) {
  const { width, height, rgb } = decode(png);
  const { palette, indexes } = quantise(rgb);
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y += 1) rows.set(indexes.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 3, 0, 0, 0], 8);
  const parts = [["IHDR", head], ["PLTE", palette], ["IDAT", deflateSync(rows, { level: 9 })], ["IEND", Buffer.alloc(0)]];
  return Buffer.concat([SIGNATURE, ...parts.map(([type, data]) => chunk(type, data))]);
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

function decode(png) {
  const [width, height, colourType] = [png.readUInt32BE(16), png.readUInt32BE(20), png[25]];
  const packed = [];
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at)) {
    if (png.toString("latin1", at + 4, at + 8) === "IDAT") packed.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  }
  const size = colourType === 6 ? 4 : 3;
  const pixels = unfilter(inflateSync(Buffer.concat(packed)), width * size, height, size);
  const rgb = new Uint32Array(width * height);
  for (let i = 0; i < rgb.length; i += 1) rgb[i] = pixels.readUIntBE(i * size, 3);
  return { width, height, rgb };
}

/** Undoes the five row filters of PNG. */
function unfilter(raw, stride, height, size) {
  const out = Buffer.alloc(stride * height);
  for (let y = 0; y < height; y += 1) {
    const filter = raw[y * (stride + 1)];
    for (let x = 0; x < stride; x += 1) {
      const at = y * stride + x;
      const left = x >= size ? out[at - size] : 0;
      const up = y > 0 ? out[at - stride] : 0;
      const corner = x >= size && y > 0 ? out[at - stride - size] : 0;
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter];
      out[at] = raw[y * (stride + 1) + 1 + x] + guess;
    }
  }
  return out;
}

function paeth(left, up, corner) {
  const [byLeft, byUp, byCorner] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)];
  if (byLeft <= byUp && byLeft <= byCorner) return left;
  return byUp <= byCorner ? up : corner;
}

/** Drops low bits until the colours fit; each group is shown as its commonest member. */
function quantise(rgb) {
  const counts = new Map();
  for (const colour of rgb) counts.set(colour, (counts.get(colour) ?? 0) + 1);
  for (let bits = 8; ; bits -= 1) {
    const mask = ((0xff << (8 - bits)) & 0xff) * 0x010101;
    const groups = new Map();
    for (const [colour, count] of counts) {
      const best = groups.get(colour & mask);
      if (best === undefined || count > counts.get(best)) groups.set(colour & mask, colour);
    }
    if (groups.size > 256) continue;
    const order = new Map([...groups.keys()].map((group, i) => [group, i]));
    const palette = Buffer.alloc(groups.size * 3);
    [...groups.values()].forEach((colour, i) => palette.writeUIntBE(colour, i * 3, 3));
    return { palette, indexes: Uint8Array.from(rgb, (colour) => order.get(colour & mask)) };
  }
}
