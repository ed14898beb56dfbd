// Writes zip archives, uncompressed: a few notebooks are small, and every program reads them.

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let bit = 0; bit < 8; bit++) n = n & 1 ? (n >>> 1) ^ 0xedb88320 : n >>> 1;
  return n;
});

function crc32(bytes) {
  let crc = ~0;
  for (const byte of bytes) crc = TABLE[(crc ^ byte) & 255] ^ (crc >>> 8);
  return ~crc >>> 0;
}

/** Little-endian numbers in a row: [value, number of bytes]. */
function numbers(...fields) {
  const out = [];
  for (let [value, size] of fields) {
    for (; size > 0; size--, value = Math.floor(value / 256)) out.push(value & 255);
  }
  return Uint8Array.from(out);
}

function dosTime(date) {
  const time = (date.getHours() << 11) | (date.getMinutes() << 5) | (date.getSeconds() >> 1);
  const day = ((date.getFullYear() - 1980) << 9) | ((date.getMonth() + 1) << 5) | date.getDate();
  return [time, day];
}

/** The parts of an archive that holds texts by their names, as a Blob takes them. */
export function zip(files, date = new Date()) {
  const encoder = new TextEncoder();
  const [time, day] = dosTime(date);
  const parts = [];
  const directory = [];
  let offset = 0;
  for (const [name, text] of Object.entries(files)) {
    const path = encoder.encode(name);
    const content = encoder.encode(text);
    const UTF8_NAMES = 0x0800;
    const common = [
      [20, 2], [UTF8_NAMES, 2], [0, 2], [time, 2], [day, 2],
      [crc32(content), 4], [content.length, 4], [content.length, 4], [path.length, 2], [0, 2],
    ];
    const head = numbers([0x04034b50, 4], ...common);
    parts.push(head, path, content);
    directory.push(numbers([0x02014b50, 4], [20, 2], ...common, [0, 2], [0, 2], [0, 2], [0, 4], [offset, 4]), path);
    offset += head.length + path.length + content.length;
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0);
  const count = Object.keys(files).length;
  const end = numbers([0x06054b50, 4], [0, 2], [0, 2], [count, 2], [count, 2], [size, 4], [offset, 4], [0, 2]);
  return [...parts, ...directory, end];
}
