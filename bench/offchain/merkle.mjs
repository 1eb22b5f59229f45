// OpenZeppelin's StandardMerkleTree over the entries on stdin (lines of "address amount"), timed.
// stdout: {"root", "proofsHash", "buildSeconds", "proofSeconds", "proofCount", "peakBytes"}
import { createHash } from "node:crypto";
import { createInterface } from "node:readline";
import { StandardMerkleTree } from "@openzeppelin/merkle-tree";

const proofLimit = Number(process.argv[2]);
const entries = [];
for await (const line of createInterface({ input: process.stdin })) entries.push(line.split(" "));

const seconds = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};
let start = seconds();
const tree = StandardMerkleTree.of(entries, ["address", "uint256"], { sortLeaves: false });
const buildSeconds = seconds() - start;

start = seconds();
const proofs = createHash("sha256");
const proofCount = Math.min(proofLimit, entries.length);
for (let index = 0; index < proofCount; index++) proofs.update(tree.getProof(index).join());
const proofSeconds = seconds() - start;

process.stdout.write(
  JSON.stringify({
    root: tree.root,
    proofsHash: proofs.digest("hex"),
    buildSeconds,
    proofSeconds,
    proofCount,
    peakBytes: process.resourceUsage().maxRSS * 1024,
  }),
);
