// docxtemplater, then 7z (a process a document, as a script would call it): `node docxtemplater_peer.mjs WORK OUT NODE_MODULES`.
// Prints {"wall","cpu","own","seal_wall"} in seconds for all documents; `own` is the CPU of node since its start, so that the caller can tell
// that of 7z, which it adds. The start of node and the imports are not counted.
import { spawnSync } from "node:child_process";
import { randomInt } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const [work, out, modules] = process.argv.slice(2);
const load = createRequire(join(modules, "here.js"));
const Docxtemplater = load("docxtemplater");
const PizZip = load("pizzip");
const SYMBOLS = "23456789ACDEFGHJKMNPQRTUVWXY";

const lines = (bytes) => bytes.toString("base64").replace(/.{76}/g, "$&\r\n");
const seconds = (used) => (used.user + used.system) / 1e6;
const word = (text) => `=?utf-8?B?${Buffer.from(text).toString("base64")}?=`;

function rendered(template, values) {
  const document = new Docxtemplater(new PizZip(template), { paragraphLoop: false, linebreaks: false });
  document.render({ ...values.slots, rows: values.rows });
  return document.getZip().generate({ type: "nodebuffer", compression: "DEFLATE" });
}

function draft(values, archive) {
  const edge = `=_${values.number}`;
  return [
    `To: ${values.to}`, `Subject: ${word(values.subject)}`, "X-Unsent: 1", "MIME-Version: 1.0",
    `Content-Type: multipart/mixed; boundary="${edge}"`, "", `--${edge}`,
    'Content-Type: text/plain; charset="utf-8"', "Content-Transfer-Encoding: base64", "", lines(Buffer.from(values.body)), `--${edge}`,
    `Content-Type: application/zip`, `Content-Disposition: attachment; filename="${values.number}.zip"`,
    "Content-Transfer-Encoding: base64", "", lines(archive), `--${edge}--`, "",
  ].join("\r\n");
}

const template = readFileSync(join(work, "docxtemplater.docx"));
const cases = JSON.parse(readFileSync(join(work, "values.json"), "utf8"));
const passwords = {};
let sealing = 0n;
const start = process.hrtime.bigint(), used = process.cpuUsage();
for (const values of cases) {
  const folder = join(out, values.number), path = join(folder, values.number);
  mkdirSync(folder);
  writeFileSync(`${path}.docx`, rendered(template, values));
  passwords[values.number] = Array.from({ length: 16 }, () => SYMBOLS[randomInt(SYMBOLS.length)]).join("");
  const before = process.hrtime.bigint();
  const ended = spawnSync("7z", ["a", "-tzip", "-mem=AES256", "-mx=0", `-p${passwords[values.number]}`, `${path}.zip`, `${path}.docx`], { stdio: "ignore" });
  if (ended.status !== 0) throw new Error(`7z ended with ${ended.status}`);
  sealing += process.hrtime.bigint() - before;
  rmSync(`${path}.docx`);
  writeFileSync(`${path}.eml`, draft(values, readFileSync(`${path}.zip`)));
}
const wall = process.hrtime.bigint() - start, cpu = process.cpuUsage(used), whole = process.cpuUsage();
writeFileSync(join(out, "passwords.json"), JSON.stringify(passwords));
console.log(JSON.stringify({ wall: Number(wall) / 1e9, cpu: seconds(cpu), own: seconds(whole), seal_wall: Number(sealing) / 1e9 }));
