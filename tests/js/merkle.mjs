// OpenZeppelin's StandardMerkleTree as the second opinion of tests/sdk/test_merkle_openzeppelin.py.
//
// stdin:  {"sets": [[[account, amount], ...], ...], "dumps": [<standard-v1>, ...]}
// stdout: {"built": [{root, proofs, dump}, ...], "loaded": [{root, proofs}, ...]}
//         proofs of a set in the order it was given, of a dump in the order of its values
// The leaves of a set are not sorted: they stand from the end of the array in the order given.
import { StandardMerkleTree } from "@openzeppelin/merkle-tree";

const ENCODING = ["address", "uint256"];

const proofs = (tree) => Array.from(tree.entries(), ([index]) => tree.getProof(index));

let text = "";
for await (const chunk of process.stdin.setEncoding("utf8")) text += chunk;
const { sets = [], dumps = [] } = JSON.parse(text);

const built = sets.map((values) => {
  const tree = StandardMerkleTree.of(values, ENCODING, { sortLeaves: false });
  return { root: tree.root, proofs: proofs(tree), dump: tree.dump() };
});
const loaded = dumps.map((dump) => {
  const tree = StandardMerkleTree.load(dump);
  return { root: tree.root, proofs: proofs(tree) };
});
process.stdout.write(JSON.stringify({ built, loaded }));
